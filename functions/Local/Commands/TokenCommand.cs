using System.CommandLine;
using CursorBroker.Local.Hosting;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.Local.Commands;

/// <summary><c>token</c>: signs in at a running sandbox as one of its identities and prints the token.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var identity = new Option<string>("--as") { Description = "developer, lead, outsider or build.", Required = true };
        var data = DataDirectory.Option();
        var command = new Command("token", "Print an OIDC token of a running sandbox.") { identity, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(identity)!, parsed.GetValue(data), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string identity, DirectoryInfo? data, CancellationToken cancellationToken)
    {
        var path = RunningUrls.PathIn(DataDirectory.PathOf(data));
        if (RunningUrls.Read(path)?.Issuer is not { } issuer)
        {
            Terminal.Problem($"No sandbox is running ({path} does not name one). Start it with: dotnet run --project functions/Local");
            return ExitCode.CannotRun;
        }

        using var client = new SandboxTokenClient();
        switch (await client.GetTokenAsync(new Uri(issuer), identity, cancellationToken))
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
