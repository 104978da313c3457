using System.Runtime.InteropServices;
using CursorBroker.Core.Masking;

namespace CursorBroker.Benchmarks.Masking;

/// <summary>
/// Vectorscan (Debian's <c>libvectorscan5</c> or <c>libhyperscan5</c>, where it is installed) over the same text: the literals that the product looks for everywhere, and the product's
/// own patterns, as far as it takes them. It says where matches end; the product also says where values begin, and writes over them.
/// </summary>
internal static class Vectorscan
{
    private const uint BlockMode = 1;
    private const uint Caseless = 1;
    private const uint DotAll = 2;
    private const uint SingleMatch = 8;
    private const int Piece = 32 * 1024;

    private delegate int Compile(string[] expressions, uint[] flags, uint[] ids, uint count, uint mode, nint platform, out nint database, out nint error);

    private delegate int CompileLiterals(string[] expressions, uint[] flags, uint[] ids, nuint[] lengths, uint count, uint mode, nint platform, out nint database, out nint error);

    private delegate int AllocScratch(nint database, ref nint scratch);

    private delegate int Found(uint id, ulong from, ulong to, uint flags, nint context);

    private delegate int ScanBlock(nint database, nint data, uint length, uint flags, nint scratch, Found found, nint context);

    /// <summary>Shows its speeds, or that it is not there.</summary>
    public static void Show(byte[] text, int rounds, double read)
    {
        if (!NativeLibrary.TryLoad("libhs.so.5", out var library))
        {
            Console.WriteLine("Vectorscan            not installed");
            return;
        }

        var compileLiterals = Get<CompileLiterals>(library, "hs_compile_lit_multi");
        var literals = MaskRules.Default.Anchors.Literals.Concat(MaskRules.Default.Names.Literals).ToArray();
        var texts = literals.Select(static literal => System.Text.Encoding.ASCII.GetString(literal.Bytes)).ToArray();
        var flags = literals.Select(static literal => literal.IgnoreCase ? Caseless : 0).ToArray();
        compileLiterals(texts, flags, Ids(texts.Length), [.. texts.Select(static value => (nuint)value.Length)], (uint)texts.Length, BlockMode, 0, out var database, out _);
        MaskingBenchmark.Show($"VS, {texts.Length} literals", MaskingBenchmark.Best(rounds, () => Scan(library, database, text), text.Length), read);

        var compile = Get<Compile>(library, "hs_compile_multi");
        var taken = new List<(string Pattern, uint Flags)>();
        foreach (var rule in MaskRules.Default.Rules)
        {
            var option = DotAll | SingleMatch | (rule.IgnoreCase ? Caseless : 0);
            if (compile([rule.Pattern], [option], [0], 1, BlockMode, 0, out _, out _) == 0)
            {
                taken.Add((rule.Pattern, option));
            }
        }

        compile([.. taken.Select(static rule => rule.Pattern)], [.. taken.Select(static rule => rule.Flags & ~SingleMatch)], Ids(taken.Count), (uint)taken.Count, BlockMode, 0, out database, out var error);
        if (error != 0)
        {
            Console.WriteLine($"VS, patterns          {taken.Count} of {MaskRules.Default.Count} one by one, together refused");
            return;
        }

        MaskingBenchmark.Show($"VS, {taken.Count} patterns", MaskingBenchmark.Best(rounds, () => Scan(library, database, text), text.Length), read);
    }

    private static T Get<T>(nint library, string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private static uint[] Ids(int count) => [.. Enumerable.Range(0, count).Select(static i => (uint)i)];

    private static int Scan(nint library, nint database, byte[] text)
    {
        var scratch = (nint)0;
        Get<AllocScratch>(library, "hs_alloc_scratch")(database, ref scratch);
        var scan = Get<ScanBlock>(library, "hs_scan");
        var count = 0;
        Found found = (_, _, _, _, _) =>
        {
            count++;
            return 0;
        };
        var pinned = GCHandle.Alloc(text, GCHandleType.Pinned);
        try
        {
            for (var at = 0; at < text.Length; at += Piece)
            {
                scan(database, pinned.AddrOfPinnedObject() + at, (uint)Math.Min(Piece, text.Length - at), 0, scratch, found, 0);
            }
        }
        finally
        {
            pinned.Free();
        }

        GC.KeepAlive(found);
        return count;
    }
}
