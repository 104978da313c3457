using System.CommandLine;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Local.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Local.Commands;

/// <summary><c>audit</c>: read the ledger, take it away, prove it. Works beside a running broker and writes nothing.</summary>
internal static class AuditCommand
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(500);

    public static Command Create() => new("audit", "The ledger: tail, export, verify.") { Tail(), Export(), Verify() };

    private static Command Tail()
    {
        var data = DataDirectory.Option();
        var lines = new Option<int>("--lines", "-n") { HelpName = "count", Description = "How many of the newest records; 0 for all.", DefaultValueFactory = static _ => 50 };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes." };
        var command = new Command("tail", "Print the newest records, a line each.") { data, lines, follow };
        command.SetAction((parsed, cancellationToken) => ReadAsync(
            parsed.GetValue(data), reader => TailAsync(reader, parsed.GetValue(lines), parsed.GetValue(follow), cancellationToken)));
        return command;
    }

    private static Command Export()
    {
        var data = DataDirectory.Option();
        var output = new Option<FileInfo?>("--output", "-o") { HelpName = "FILE", Description = "Where to write; standard output unless named." };
        var command = new Command("export", "Write all records as JSON lines that verify by themselves.") { data, output };
        command.SetAction((parsed, cancellationToken) => ReadAsync(parsed.GetValue(data), async reader =>
        {
            try
            {
                await using var stream = parsed.GetValue(output) is { } file ? file.Create() : Console.OpenStandardOutput();
                await LedgerExport.WriteAsync(reader.ReadAsync(0, cancellationToken), stream, cancellationToken);
                return ExitCode.Success;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Terminal.Problem($"The export cannot be written: {failure.Message}");
                return ExitCode.CannotRun;
            }
        }));
        return command;
    }

    private static Command Verify()
    {
        var data = DataDirectory.Option();
        var file = new Option<FileInfo?>("--file") { HelpName = "FILE", Description = "Verify an exported file instead of the data directory's ledger." };
        var anchor = new Option<string?>("--anchor") { HelpName = "SEQUENCE:HASH", Description = "SEQUENCE:HASH as an earlier verify printed it and you kept it: proves that nothing up to there was rewritten or cut." };
        var command = new Command("verify", "Prove the hash chain; names the first bad record. Exit code 1 when it is broken.") { data, file, anchor };
        command.Validators.Add(result =>
        {
            if (result.GetValue(anchor) is { } text && !LedgerHead.TryParse(text, out _))
            {
                result.AddError($"'{text}' is not a SEQUENCE:HASH.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            _ = LedgerHead.TryParse(parsed.GetValue(anchor), out var kept);
            if (parsed.GetValue(file) is not { } exported)
            {
                return await ReadAsync(parsed.GetValue(data), reader => VerifyAsync(reader, kept, cancellationToken));
            }

            if (!exported.Exists)
            {
                Terminal.Problem($"There is no file {exported.FullName}.");
                return ExitCode.CannotRun;
            }

            try
            {
                await using var stream = exported.OpenRead();
                return Report(await LedgerExport.VerifyAsync(stream, kept, cancellationToken));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Terminal.Problem($"The export cannot be read: {failure.Message}");
                return ExitCode.CannotRun;
            }
        });
        return command;
    }

    private static async Task<int> TailAsync(ILedgerReader reader, int lines, bool follow, CancellationToken cancellationToken)
    {
        var head = await reader.ReadHeadAsync(cancellationToken);
        var last = lines > 0 ? Math.Max(0, head.Sequence - lines) : 0;
        last = await PrintAsync(reader, last, cancellationToken);
        while (follow)
        {
            await Task.Delay(FollowInterval, cancellationToken);
            last = await PrintAsync(reader, last, cancellationToken);
        }

        return ExitCode.Success;
    }

    private static async Task<long> PrintAsync(ILedgerReader reader, long after, CancellationToken cancellationToken)
    {
        await foreach (var record in reader.ReadAsync(after, cancellationToken))
        {
            Terminal.Line(AuditLine.Describe(record));
            after = record.Sequence;
        }

        return after;
    }

    /// <summary>Against the head that the store noted, and against the anchor that somebody kept elsewhere.</summary>
    private static async Task<int> VerifyAsync(ILedgerReader reader, LedgerHead? kept, CancellationToken cancellationToken)
    {
        var noted = await reader.ReadHeadAsync(cancellationToken);
        var verification = await LedgerChain.VerifyAsync(reader.ReadAsync(0, cancellationToken), noted, cancellationToken);
        return Report(verification.IsIntact && kept is not null
            ? await LedgerChain.VerifyAsync(reader.ReadAsync(0, cancellationToken), kept, cancellationToken)
            : verification);
    }

    private static int Report(LedgerVerification verification)
    {
        if (verification.Problem is { } problem)
        {
            Terminal.Line($"BROKEN at record {problem.Sequence}: {problem.Fault}: {problem.Detail}");
            return ExitCode.Failed;
        }

        if (verification.Head.Sequence == 0)
        {
            // Nothing proves nothing: a broker's ledger begins with its start.
            Terminal.Line("EMPTY: there is no record in it");
            return ExitCode.Failed;
        }

        Terminal.Line($"intact: {verification.Head.Sequence} records, head {verification.Head}");
        return ExitCode.Success;
    }

    private static async Task<int> ReadAsync(DirectoryInfo? data, Func<ILedgerReader, Task<int>> read)
    {
        await using var services = new ServiceCollection().AddSqliteLedgerReader(DataDirectory.PathOf(data)).BuildServiceProvider();
        try
        {
            return await read(services.GetRequiredService<ILedgerReader>());
        }
        catch (LedgerUnavailableException failure)
        {
            Terminal.Problem(failure.Message);
            return ExitCode.CannotRun;
        }
    }
}
