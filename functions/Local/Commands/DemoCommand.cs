using System.CommandLine;
using System.Diagnostics;
using CursorBroker.Local.Demo;
using CursorBroker.Local.Hosting;
using Spectre.Console;

namespace CursorBroker.Local.Commands;

/// <summary>
/// <c>demo</c>: the whole tour against a broker and sandbox of its own, in a directory that goes away; or what of it can be seen from outside, against a broker
/// that runs already, such as the function app in its host.
/// </summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var running = new Option<FileInfo?>("--running")
        {
            HelpName = "FILE",
            Description = "A ready file, which names a broker that runs already, and the sandbox behind it. Its repositories must be as they were seeded. Only what can be seen from outside is played.",
        };
        var command = new Command("demo", "Play the tour with real git; exit code 1 if anything differs from what is expected.") { running };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(running), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo? running, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-demo-");
        var work = directory.CreateSubdirectory("work").FullName;
        try
        {
            if (running is not null)
            {
                await using var outside = new DemoTour(UrlsOf(running), own: null, work);
                return await PlayAsync(outside, cancellationToken);
            }

            var arguments = new ServeArguments { Port = 0, Data = directory.CreateSubdirectory("data"), Unannounced = true, Hold = TimeSpan.FromSeconds(20) };
            await using var broker = await LocalBroker.StartAsync(arguments, gitHub: null, cancellationToken);
            await using var tour = new DemoTour(broker.Urls, broker, work);
            return await PlayAsync(tour, cancellationToken);
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

    private static RunningUrls UrlsOf(FileInfo running)
    {
        try
        {
            return RunningUrls.Read(running.FullName) switch
            {
                null => throw new CannotStartException($"There is no file {running.FullName} for --running."),
                { Broker: null } or { Issuer: null } => throw new CannotStartException($"{running.FullName} names no broker with a sandbox behind it."),
                var urls => urls,
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw new CannotStartException($"{running.FullName} is no ready file: {failure.Message}", failure);
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
