using System.CommandLine;
using CursorBroker.Core.Identity;
using CursorBroker.Local.Hosting;

namespace CursorBroker.Local.Commands;

/// <summary><c>sessions</c>: what people have signed in for. Works beside a running broker, and without one.</summary>
internal static class SessionsCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static Command Create() => new("sessions", "What people have signed in for: revoke.") { Revoke() };

    private static Command Revoke()
    {
        var person = new Option<string>("--person") { HelpName = "ID", Description = "Who: ISSUER#SUBJECT, as the audit names people.", Required = true };
        var data = DataDirectory.Option();
        var command = new Command("revoke", "End everything that a person has signed in for up to now, with every client.") { person, data };
        command.Validators.Add(result =>
        {
            if (result.GetValue(person) is { } text && PersonId.Parse(text) is null)
            {
                result.AddError($"'{text}' is not an ISSUER#SUBJECT.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RevokeAsync(PersonId.Parse(parsed.GetValue(person)!)!, DataDirectory.PathOf(parsed.GetValue(data)), cancellationToken));
        return command;
    }

    private static async Task<int> RevokeAsync(PersonId person, string data, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(data))
        {
            Terminal.Problem($"There is no data directory {data}.");
            return ExitCode.CannotRun;
        }

        string left;
        try
        {
            left = RevocationBox.Leave(data, person);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Terminal.Problem($"Nothing can be written to {data}: {failure.Message}");
            return ExitCode.CannotRun;
        }

        if (RunningUrls.Read(RunningUrls.PathIn(data)) is null)
        {
            Terminal.Line($"No broker runs on {data}. All sign-ins of {person} are over when one starts there.");
            return ExitCode.Success;
        }

        for (var waited = TimeSpan.Zero; waited < Patience; waited += Look)
        {
            if (!File.Exists(left))
            {
                Terminal.Line($"All sign-ins of {person} up to now are over.");
                return ExitCode.Success;
            }

            await Task.Delay(Look, cancellationToken);
        }

        Terminal.Problem($"The broker on {data} has not done it within {Patience.TotalSeconds:0} seconds; its log says why, if it runs. It does it when it can, or when it starts.");
        return ExitCode.CannotRun;
    }
}
