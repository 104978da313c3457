using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Local.Hosting;

/// <summary>Which policy file a broker starts with, and that it starts only with a good one.</summary>
internal static class PolicyStart
{
    private const string SampleResource = "CursorBroker.Local.sandbox-policy.yaml";

    /// <summary>The policy file: the one named, or the data directory's, which a broker with a sandbox is given on its first run.</summary>
    public static string Find(ServeArguments arguments, string dataPath, bool withSandbox)
    {
        var path = arguments.Policy?.FullName ?? Path.Combine(dataPath, "policy.yaml");
        if (File.Exists(path))
        {
            return path;
        }

        if (arguments.Policy is not null || !withSandbox)
        {
            throw new CannotStartException(arguments.Policy is not null
                ? $"There is no policy file {path}."
                : $"A policy is needed: name one with --policy, or put it at {path}. functions/Local/sandbox-policy.yaml is one to start from.");
        }

        File.WriteAllText(path, Sample());
        return path;
    }

    /// <summary>At the start a bad policy is a reason not to start; later the last good one stays.</summary>
    public static void RequireInForce(IPolicySource source, string path, ImmutableArray<IssuerSettings> hostIssuers)
    {
        if (source.Current is null)
        {
            var problems = PolicyCompiler.Compile(File.ReadAllText(path), new PolicyCompileOptions { HostIssuers = hostIssuers }).Errors
                .Select(problem => $"{path}:{problem}").ToList();
            throw new CannotStartException(problems.Count == 0
                ? $"No policy is in force: {source.Status.Problem}"
                : string.Join(Environment.NewLine, problems.Prepend("The policy is not valid; a broker starts with a valid one only.")));
        }
    }

    private static string Sample()
    {
        using var resource = typeof(PolicyStart).Assembly.GetManifestResourceStream(SampleResource)
            ?? throw new InvalidOperationException($"The resource {SampleResource} is not built in.");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
