using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Scanning;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Benchmarks.Masking;

/// <summary>
/// Masking against the speed of reading memory and against Vectorscan, in one run on one thread: the scans alone, the whole rule set over texts of several kinds, the memory of a
/// stream, and texts made of near-matches, of which twice as much must cost twice as long.
/// </summary>
internal static class MaskingBenchmark
{
    private const int Piece = 32 * 1024;

    private static readonly string[] NearMatches =
    [
        "ghp_", "token", "token = ", "secret=token:", "api_key_", "-----BEGIN PRIVATE KEY-----", "eyJ", "eyJhbGciOi.", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a1", "\\", "\\u00", "%2", "\u200b", "\"", "QUFB\n",
        "kind: Secret\ndata:\n", "postgres://a:b", "Server=a;Password=",
    ];

    public static int Run(string directory, int megabytes, int rounds)
    {
        var bytes = megabytes << 20;
        var source = Source(directory, bytes);
        var read = Read(rounds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reading memory        {read:F1} GB/s; {MaskRules.Default.Count} rules, {MaskRules.Default.Anchors.Literals.Length} literals looked for everywhere"));
        foreach (var width in ScanWidths.All())
        {
            var scanner = new AnchorScanner(MaskRules.Default.Anchors.Literals, width);
            Show($"literals, {width}", Best(rounds, () => Scan(source, scanner), bytes), read);
            Show($"runs, {width}", Best(rounds, () => Runs(source, width), bytes), read);
        }

        Vectorscan.Show(source, rounds, read);
        foreach (var (name, text, form) in Texts(source))
        {
            var found = 0;
            Show($"masking {name}", Best(rounds, () => found = Mask(text, form), text.Length), read);
            Console.WriteLine($"                      {found} findings");
        }

        Console.WriteLine($"memory of a stream    {MemoryOfAStream(source) / 1024} KB");
        foreach (var piece in NearMatches)
        {
            var attack = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
            var half = attack.AsSpan(0, attack.Length / 2).ToArray();
            var whole = Best(2, () => Mask(attack, TextForm.Text), attack.Length);
            var twice = 2 * Best(2, () => Mask(half, TextForm.Text), half.Length) / whole;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"near-match {JsonSerializer.Serialize(piece),-34} {whole * 1000,8:F1} MB/s; twice the text costs {twice:F2} times the time"));
        }

        return 0;
    }

    /// <summary>Shows one speed.</summary>
    public static void Show(string what, double speed, double read) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-22}{speed:F3} GB/s, {speed / read:F3} of reading memory"));

    /// <summary>The best of some rounds, in GB a second.</summary>
    public static double Best(int rounds, Func<int> step, int bytes)
    {
        // Until what runs is compiled for speed.
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 1500;)
        {
            step();
        }

        var best = double.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return bytes / best / 1e9;
    }

    private static double Read(int rounds)
    {
        // More than any cache holds.
        var memory = new byte[256 << 20];
        memory.AsSpan().Fill(1);
        return Best(rounds, () => memory.AsSpan().Count((byte)0), memory.Length);
    }

    private static IEnumerable<(string Name, byte[] Text, TextForm Form)> Texts(byte[] source)
    {
        yield return ("source", source, TextForm.Text);
        var files = source.Chunk(20_000).Select(static file => Encoding.UTF8.GetString(file)).ToArray();
        yield return ("JSON", JsonSerializer.SerializeToUtf8Bytes(files), TextForm.Json);
        yield return ("base64 contents", JsonSerializer.SerializeToUtf8Bytes(source.Chunk(20_000).Select(static file => Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks))), TextForm.Json);
        var image = new byte[source.Length / 2];
        new Random(1).NextBytes(image);
        yield return ("base64 of an image", Encoding.ASCII.GetBytes(Convert.ToBase64String(image)), TextForm.Text);
    }

    private static int Scan(byte[] text, AnchorScanner scanner)
    {
        using var found = new PooledList<Sighting>();
        for (var at = 0; at < text.Length; at += Piece)
        {
            found.Clear();
            scanner.Scan(text.AsSpan(at, Math.Min(Piece, text.Length - at)), found);
        }

        return found.Count;
    }

    private static int Runs(byte[] text, ScanWidth width)
    {
        using var found = new PooledList<ByteRun>();
        for (var at = 0; at < text.Length; at += Piece)
        {
            found.Clear();
            RunScanner.Scan(text.AsSpan(at, Math.Min(Piece, text.Length - at)), found, width);
        }

        return found.Count;
    }

    private static int Mask(byte[] text, TextForm form)
    {
        using var masker = new StreamMasker(MaskRules.Default, MaskKey.Create(), form: form);
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        for (var at = 0; at < text.Length; at += Piece)
        {
            masker.Push(text.AsSpan(at, Math.Min(Piece, text.Length - at)), end: false, output);
            output.ResetWrittenCount();
        }

        masker.Push([], end: true, output);
        return masker.Findings.Count;
    }

    private static long MemoryOfAStream(byte[] source)
    {
        const int Streams = 100;
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var streams = new List<StreamMasker>();
        for (var i = 0; i < Streams; i++)
        {
            streams.Add(new(MaskRules.Default, MaskKey.Create()));
            for (var at = 0; at + Piece < source.Length && at < 20 * Piece; at += Piece)
            {
                streams[i].Push(source.AsSpan(at, Piece), end: false, output);
                output.ResetWrittenCount();
            }
        }

        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / Streams;
        streams.ForEach(static stream => stream.Dispose());
        return memory;
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
