using System.CommandLine;
using System.Diagnostics;
using CursorBroker.Local.Demo;
using CursorBroker.Local.Hosting;
using Spectre.Console;

namespace CursorBroker.Local.Commands;

/// <summary><c>demo</c>: the whole tour against a broker and sandbox of its own, in a directory that goes away.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Play the tour with real git; exit code 1 if anything differs from what is expected.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-demo-");
        try
        {
            var arguments = new ServeArguments { Port = 0, Data = directory.CreateSubdirectory("data"), Unannounced = true, Hold = TimeSpan.FromSeconds(20) };
            await using var broker = await LocalBroker.StartAsync(arguments, gitHub: null, cancellationToken);
            return await PlayAsync(new DemoTour(broker, directory.CreateSubdirectory("work").FullName), cancellationToken);
        }
        catch (CannotStartException reason)
        {
            Terminal.Problem(reason.Message);
            return ExitCode.CannotRun;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<int> PlayAsync(DemoTour tour, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (steps, different) = (0, 0);
        foreach (var step in tour.Steps())
        {
            var result = await RunAsync(step, cancellationToken);
            steps++;
            different += result.AsExpected ? 0 : 1;
            Terminal.Markup($"{(result.AsExpected ? "[green]as expected[/]" : "[bold red]DIFFERENT[/]  ")}  [bold]{step.Title.EscapeMarkup()}[/]");
            Terminal.Markup($"  [dim]expected[/]   {step.Expected.EscapeMarkup()}");
            Terminal.Markup($"  [dim]happened[/]   {result.Happened.EscapeMarkup()}");
        }

        Terminal.Line($"{steps} steps, {different} different, {clock.Elapsed.TotalSeconds:F1} s");
        return different == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>A step that breaks off is a step that differs; the tour goes on.</summary>
    private static async Task<DemoResult> RunAsync(DemoStep step, CancellationToken cancellationToken)
    {
        try
        {
            return await step.RunAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return new DemoResult(false, $"{failure.GetType().Name}: {failure.Message}");
        }
    }
}
