using System.CommandLine;
using System.Globalization;
using CursorBroker.Local.Hosting;
using Spectre.Console;

namespace CursorBroker.Local.Commands;

/// <summary><c>serve</c>: the broker, and beside it the sandbox unless a real GitHub App is configured.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port to listen on, loopback only; 0 picks a free one.", DefaultValueFactory = static _ => ServeArguments.DefaultPort, HelpName = "port" };
        port.Validators.Add(static result =>
        {
            // What is no number at all the parser itself refuses, and this is asked all the same.
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number is < 0 or > ushort.MaxValue)
            {
                result.AddError($"{number} is no port: it must be 0 to {ushort.MaxValue}.");
            }
        });
        var policy = new Option<FileInfo?>("--policy") { HelpName = "FILE", Description = "Policy file. Default: policy.yaml in the data directory, written there on the first run with the sandbox." };
        var data = DataDirectory.Option();
        var repositories = new Option<DirectoryInfo?>("--sandbox-repos") { HelpName = "DIR", Description = "Serve every bare repository found as DIR/<owner>/<name>.git instead of the sandbox's own." };
        var ready = new Option<FileInfo?>("--ready-file") { HelpName = "FILE", Description = "Write the URLs here as JSON once everything is listening." };
        var hold = new Option<int>("--hold") { HelpName = "SECONDS", Description = "How long a push that waits for approval is held at most; 0 never holds.", DefaultValueFactory = static _ => (int)ServeArguments.DefaultHold.TotalSeconds };
        hold.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var seconds) && seconds is < 0 or > 3600)
            {
                result.AddError($"{seconds} is no hold: it must be 0 to 3600 seconds.");
            }
        });
        var command = new Command("serve", "Run the broker until interrupted.") { port, policy, data, repositories, ready, hold };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ServeArguments
            {
                Port = parsed.GetValue(port),
                Policy = parsed.GetValue(policy),
                Data = parsed.GetValue(data),
                SandboxRepositories = parsed.GetValue(repositories),
                ReadyFile = parsed.GetValue(ready),
                Hold = TimeSpan.FromSeconds(parsed.GetValue(hold)),
            },
            cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(ServeArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            await using var running = await LocalBroker.StartAsync(arguments, GitHubSettings.FromEnvironment(), cancellationToken);
            Announce(running);
            await running.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (CannotStartException reason)
        {
            Terminal.Problem(reason.Message);
            return ExitCode.CannotRun;
        }
    }

    private static void Announce(LocalBroker running)
    {
        var broker = running.Urls.Broker.TrimEnd('/');
        if (running.Hidden is { } hidden)
        {
            Terminal.Warning(hidden);
        }

        Terminal.Markup($"[bold green]CursorBroker is ready[/] at [bold]{broker.EscapeMarkup()}[/]");
        Terminal.Line($"  policy  {running.PolicyPath}");
        Terminal.Line($"  data    {running.DataPath}");
        if (running.Urls.Issuer is null)
        {
            Terminal.Line($"  GitHub  {running.Urls.GitHub}");
            return;
        }

        Terminal.Line($"  sandbox GitHub {running.Urls.GitHub}, identity provider {running.Urls.Issuer}");
        Terminal.Line($"  pages   {broker}/");
        Terminal.Line("");
        Terminal.Line("In another terminal, from this directory:");
        Terminal.Line($"  TOKEN=$(dotnet run --project functions/Local -- token --as developer{running.DataOption})");
        var (owner, name) = running.Example;
        Terminal.Line($"  git config --global url.\"{broker}/{owner}/\".insteadOf https://github.com/{owner}/");
        Terminal.Line($"  git -c http.extraHeader=\"Authorization: Bearer $TOKEN\" clone https://github.com/{owner}/{name} ../{name}");
        Terminal.Line("");
        Terminal.Line("Identities: developer, lead, outsider, build. What they may do is in the policy file: edit it while this runs.");
        Terminal.Line($"Afterwards: dotnet run --project functions/Local -- audit tail{running.DataOption}");
        Terminal.Line("Stop with Ctrl+C.");
    }
}
