using System.CommandLine;
using System.CommandLine.Invocation;
using CursorBroker.Local.Hosting;

namespace CursorBroker.Local.Commands;

/// <summary>The command line: one verb a file. Without a verb it serves.</summary>
internal static class CommandLine
{
    /// <summary>
    /// How long an orderly stop may take before the process ends regardless. Longer than the host's own limit and the revoking after it: ended
    /// too early, tokens live on at GitHub and the ledger lacks the stop.
    /// </summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs one command line; the result is the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        var answer = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopLimit });
        return parsed.Action is ParseErrorAction ? ExitCode.CannotRun : answer;
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("CursorBroker on one machine: the control point between Cursor and its code.")
        {
            ServeCommand.Create(),
            TokenCommand.Create(),
            DemoCommand.Create(),
            PolicyCommand.Create(),
            AuditCommand.Create(),
            SessionsCommand.Create(),
            MaskCommand.Create(),
        };
        root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(new ServeArguments(), cancellationToken));
        return root;
    }
}
