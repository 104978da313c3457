using System.CommandLine;
using CursorBroker.Local.Hosting;

namespace CursorBroker.Local.Commands;

/// <summary>The command line: one verb a file. Without a verb it serves.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("CursorBroker on one machine: the control point between Cursor and its code.")
        {
            ServeCommand.Create(),
            TokenCommand.Create(),
            DemoCommand.Create(),
            PolicyCommand.Create(),
            AuditCommand.Create(),
        };
        root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(new ServeArguments(), cancellationToken));
        return root;
    }
}
