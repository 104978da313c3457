using System.CommandLine;
using CursorBroker.Local.Hosting;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.Local.Commands;

/// <summary><c>token</c>: signs in at a running sandbox as one of its identities and prints the token.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var identity = new Option<string>("--as") { HelpName = "IDENTITY", Description = "developer, lead, outsider or build.", Required = true };
        var data = DataDirectory.Option();
        var command = new Command("token", "Print an OIDC token of a running sandbox.") { identity, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(identity)!, parsed.GetValue(data), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string identity, DirectoryInfo? data, CancellationToken cancellationToken)
    {
        var path = RunningUrls.PathIn(DataDirectory.PathOf(data));
        var issuers = (data is null ? new[] { path, RunningUrls.PointerPath } : [path])
            .Select(static file => RunningUrls.Read(file)?.Issuer).OfType<string>().Distinct().ToList();
        if (issuers.Count == 0)
        {
            Terminal.Problem($"No sandbox is running ({path} does not name one). Start it with: dotnet run --project functions/Local");
            return ExitCode.CannotRun;
        }

        using var client = new SandboxTokenClient();
        var issuer = issuers[0];
        var answer = await client.GetTokenAsync(new Uri(issuer), identity, cancellationToken);
        if (answer is SandboxTokens.Unreachable && issuers.Count > 1)
        {
            // A broker that was killed could not take its file away.
            issuer = issuers[1];
            answer = await client.GetTokenAsync(new Uri(issuer), identity, cancellationToken);
        }

        switch (answer)
        {
            case SandboxTokens.Given given:
                Terminal.Line(given.AccessToken);
                return ExitCode.Success;
            case SandboxTokens.Refused refused:
                Terminal.Problem($"No token for {identity}: {refused.Description} ({refused.Error})");
                return ExitCode.CannotRun;
            case SandboxTokens.Unreachable unreachable:
                Terminal.Problem($"The sandbox at {issuer} does not answer: {unreachable.Detail} Start it with: dotnet run --project functions/Local");
                return ExitCode.CannotRun;
            default:
                throw new InvalidOperationException("An unknown answer.");
        }
    }
}
