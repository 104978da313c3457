using System.Diagnostics;
using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>
/// The environment a git process of the server gets: nothing of this machine's or this user's configuration, and the server side set
/// as GitHub has it.
/// </summary>
internal sealed class GitEnvironment
{
    // What the operating system needs to find programs and places for temporary files; never a credential.
    private static readonly string[] Kept = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];

    private readonly Dictionary<string, string> _variables;

    private GitEnvironment(Dictionary<string, string> variables) => _variables = variables;

    /// <summary>For the git server; <paramref name="hooks"/> replaces whatever hooks a served repository brings along.</summary>
    public static GitEnvironment Server(string home, string hooks) => Create(home, new Dictionary<string, string>
    {
        ["core.hooksPath"] = hooks,
        ["gc.auto"] = "0",
        ["http.receivepack"] = "true",
        ["http.maxRequestBuffer"] = "100m",
        ["maintenance.auto"] = "false",
        ["receive.advertisePushOptions"] = "true",
        ["receive.autogc"] = "false",
        ["receive.fsckObjects"] = "true",
        ["receive.hideRefs"] = "refs/pull",
        ["repack.writeBitmaps"] = "false",
        ["safe.directory"] = "*",
        ["uploadpack.allowAnySHA1InWant"] = "true",
        ["uploadpack.allowFilter"] = "true",
    });

    /// <summary>For making repositories.</summary>
    public static GitEnvironment Plain(string home) => Create(home, new Dictionary<string, string>
    {
        ["gc.auto"] = "0",
        ["safe.directory"] = "*",
    });

    public void ApplyTo(ProcessStartInfo start)
    {
        start.Environment.Clear();
        foreach (var (name, value) in _variables)
        {
            start.Environment[name] = value;
        }
    }

    private static GitEnvironment Create(string home, Dictionary<string, string> configuration)
    {
        Directory.CreateDirectory(home);
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["LC_ALL"] = "C",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_CONFIG_COUNT"] = configuration.Count.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var name in Kept)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        foreach (var (index, (key, value)) in configuration.Index())
        {
            variables[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{index}")] = key;
            variables[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{index}")] = value;
        }

        return new GitEnvironment(variables);
    }
}
