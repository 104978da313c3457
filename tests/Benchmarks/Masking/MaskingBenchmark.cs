using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Scanning;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Benchmarks.Masking;

/// <summary>Masking against the speed of reading memory, in one run on one thread: the scan alone, the whole rule set, and texts made of near-matches.</summary>
internal static class MaskingBenchmark
{
    public static int Run(string directory, int megabytes, int rounds)
    {
        var source = Source(directory, megabytes << 20);
        var read = Best(rounds, () => source.AsSpan().Count((byte)0), source.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"read       {read:F2} GB/s"));
        Show("scan", Best(rounds, () => Scan(source), source.Length), read);
        var found = 0;
        Show("mask", Best(rounds, () => found = Mask(source), source.Length), read);
        Console.WriteLine($"findings   {found}");
        foreach (var piece in (string[])["ghp_", "token", "secret=token:", "-----BEGIN PRIVATE KEY-----", "eyJ", "eyJhbGciOi.", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
        {
            var attack = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
            var half = attack.AsSpan(0, attack.Length / 2).ToArray();
            var whole = Best(1, () => Mask(attack), attack.Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"attack     {piece,-30} {whole * 1000:F1} MB/s, twice the text costs {2 * Best(1, () => Mask(half), half.Length) / whole:F2} times the time"));
        }

        return 0;
    }

    private static void Show(string what, double speed, double read) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-10} {speed:F3} GB/s, {speed / read:F3} of reading memory"));

    private static int Scan(byte[] text)
    {
        using var found = new PooledList<Sighting>();
        MaskRules.Default.Scanner.Scan(text, found);
        return found.Count;
    }

    private static int Mask(byte[] text)
    {
        using var masker = new StreamMasker(MaskRules.Default, MaskKey.Create());
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        for (var at = 0; at < text.Length; at += 32 * 1024)
        {
            masker.Push(text.AsSpan(at, Math.Min(32 * 1024, text.Length - at)), end: false, output);
            output.ResetWrittenCount();
        }

        masker.Push([], end: true, output);
        return masker.Findings.Count;
    }

    private static double Best(int rounds, Func<int> step, int bytes)
    {
        step();
        var best = double.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return bytes / best / 1e9;
    }

    private static byte[] Source(string directory, int length)
    {
        var source = new byte[length];
        var at = 0;
        while (at < length)
        {
            var before = at;
            foreach (var file in Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var bytes = File.ReadAllBytes(file);
                var taken = Math.Min(bytes.Length, length - at);
                bytes.AsSpan(0, taken).CopyTo(source.AsSpan(at));
                at += taken;
            }

            if (at == before)
            {
                throw new InvalidOperationException($"There is no source text in {directory}.");
            }
        }

        return source;
    }
}
