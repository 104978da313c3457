using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CursorBroker.Gateway.Tests.Hooks;

/// <summary>A person's home directory with the hook installed as the set-up page says.</summary>
internal sealed class HookHome : IDisposable
{
    private static readonly JsonSerializerOptions AsCursor = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("hook-home-");
    private readonly HooksUnderTest _hooks;

    /// <param name="hooks">Where the script comes from.</param>
    /// <param name="key">Null: nothing is configured at all.</param>
    /// <param name="owners">Null: the line is missing.</param>
    public HookHome(HooksUnderTest hooks, string? key, string? owners)
    {
        _hooks = hooks;
        var cursor = _home.CreateSubdirectory(".cursor");
        if (key is not null)
        {
            File.WriteAllText(Path.Combine(cursor.FullName, "cursor-broker-hook.conf"), $"key={key}\n{(owners is null ? "" : $"owners={owners}\n")}");
        }
    }

    public static string Command(string command) =>
        JsonSerializer.Serialize(new { hook_event_name = "beforeShellExecution", conversation_id = "c-1", command, cwd = "/home", sandbox = false }, AsCursor);

    /// <summary>Runs the script as Cursor does: what happens is on its standard input.</summary>
    public async Task<HookAnswer> AskAsync(string shell, string input, params (string Name, string Value)[] environment)
    {
        var (file, arguments) = Shells.Of(shell);
        var script = Path.Combine(_home.FullName, file);
        if (!File.Exists(script))
        {
            await File.WriteAllTextAsync(script, await _hooks.FileAsync(file));
        }

        var start = new ProcessStartInfo(arguments[0], [.. arguments[1..], script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _home.FullName,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        foreach (var name in new[] { "GH_TOKEN", "GITHUB_TOKEN", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY" })
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = _home.FullName;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough.
        }

        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    public void Dispose() => _home.Delete(recursive: true);
}

/// <summary>What a hook answered.</summary>
internal sealed record HookAnswer(int Code, string Output, string Error)
{
    /// <summary><c>permission</c>; empty when it says none.</summary>
    public string Permission
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Output);
                return document.RootElement.TryGetProperty("permission", out var said) ? said.GetString()! : "";
            }
            catch (JsonException)
            {
                return "";
            }
        }
    }
}

/// <summary>What runs the scripts: bash, and PowerShell where it is installed or named.</summary>
internal static class Shells
{
    private const string PowerShellVariable = "CURSORBROKER_PWSH";

    private static readonly string? PowerShell = Environment.GetEnvironmentVariable(PowerShellVariable) ?? Find("pwsh");

    public static IReadOnlyList<string> All { get; } = PowerShell is null ? ["bash"] : ["bash", "pwsh"];

    public static (string File, string[] Arguments) Of(string shell) =>
        shell == "bash" ? ("cursor-broker-hook.sh", ["bash"]) : ("cursor-broker-hook.ps1", [PowerShell!, "-NoProfile", "-File"]);

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
}
