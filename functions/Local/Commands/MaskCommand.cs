using System.Buffers;
using System.CommandLine;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Local.Commands;

/// <summary><c>mask</c>: files or standard input to standard output without secrets; findings to standard error.</summary>
internal static class MaskCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Files; standard input when none is named.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("mask", "Print text with its secrets masked; exit code 3 when there were any.") { files };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(files) ?? [], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo[] files, CancellationToken cancellationToken)
    {
        await using var output = Console.OpenStandardOutput();
        if (files is [])
        {
            await using var input = Console.OpenStandardInput();
            return await MaskAsync("-", input, output, Console.Error, MaskKey.Create(), cancellationToken) > 0 ? ExitCode.Masked : ExitCode.Success;
        }

        var key = MaskKey.Create();
        var found = 0;
        foreach (var file in files)
        {
            try
            {
                await using var input = file.OpenRead();
                found += await MaskAsync(file.Name, input, output, Console.Error, key, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Terminal.Problem($"{file.Name}: {failure.Message}");
                return ExitCode.CannotRun;
            }
        }

        return found > 0 ? ExitCode.Masked : ExitCode.Success;
    }

    /// <summary>Masks one stream; the result is how many secrets it held.</summary>
    private static async Task<int> MaskAsync(string name, Stream input, Stream output, TextWriter findings, MaskKey key, CancellationToken cancellationToken)
    {
        StreamMasker? masker = null;
        var settled = new ArrayBufferWriter<byte>();
        var chunk = new byte[32 * 1024];
        var reported = 0;
        int read;
        do
        {
            read = await input.ReadAsync(chunk, cancellationToken);
            masker ??= new StreamMasker(MaskRules.Default, key, form: FormOf(chunk.AsSpan(0, read)));
            masker.Push(chunk.AsSpan(0, read), end: read == 0, settled);
            await output.WriteAsync(settled.WrittenMemory, cancellationToken);
            settled.ResetWrittenCount();
            for (; reported < masker.Findings.Count; reported++)
            {
                var finding = masker.Findings[reported];
                await findings.WriteLineAsync($"{name}:{finding.Line}:{finding.Column}: {finding.RuleId}");
            }
        }
        while (read > 0);
        masker.Dispose();
        await output.FlushAsync(cancellationToken);
        return reported;
    }

    /// <summary>What begins as JSON is masked so that it stays JSON.</summary>
    private static TextForm FormOf(ReadOnlySpan<byte> beginning) =>
        beginning.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or (byte)'"', ..] ? TextForm.Json : TextForm.Text;
}
