using Spectre.Console;

namespace CursorBroker.Local.Commands;

/// <summary>What the commands print: results to standard output, trouble to standard error, never mixed, so that output can be piped.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole Errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>One line of a result, exactly as it is: no markup, no wrapping.</summary>
    public static void Line(string text) => Console.Out.WriteLine(text);

    /// <summary>A line for people, with markup; everything that comes from outside must be escaped.</summary>
    public static void Markup(string markup)
    {
        AnsiConsole.Console.Profile.Width = Math.Max(AnsiConsole.Console.Profile.Width, 400);
        AnsiConsole.MarkupLine(markup);
    }

    /// <summary>A problem, to standard error.</summary>
    public static void Problem(string text)
    {
        Errors.Profile.Width = Math.Max(Errors.Profile.Width, 400);
        Errors.MarkupLine($"[red]error:[/] {text.EscapeMarkup()}");
    }

    /// <summary>A warning, to standard error.</summary>
    public static void Warning(string text)
    {
        Errors.Profile.Width = Math.Max(Errors.Profile.Width, 400);
        Errors.MarkupLine($"[yellow]warning:[/] {text.EscapeMarkup()}");
    }
}
