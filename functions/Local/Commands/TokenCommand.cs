using System.CommandLine;
using CursorBroker.Local.Hosting;
using CursorBroker.Sandbox;

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

        try
        {
            Terminal.Line(await SandboxTokenClient.GetTokenAsync(new Uri(issuer), identity, cancellationToken));
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is HttpRequestException or SandboxSignInException)
        {
            Terminal.Problem($"No token from {issuer}: {failure.Message}");
            return ExitCode.CannotRun;
        }
    }
}
