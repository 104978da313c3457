using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>How wide a scan is.</summary>
internal enum ScanWidth
{
    /// <summary>Byte by byte: what the others are tested against.</summary>
    Scalar = 0,

    /// <summary>16 bytes a step.</summary>
    Wide128 = 16,

    /// <summary>32 bytes a step.</summary>
    Wide256 = 32,

    /// <summary>64 bytes a step, with lookups of whole bytes (AVX-512 VBMI).</summary>
    Wide512 = 64,
}

/// <summary>What this processor has.</summary>
internal static class ScanWidths
{
    public static ScanWidth Widest { get; } = All().Last();

    public static IEnumerable<ScanWidth> All()
    {
        yield return ScanWidth.Scalar;
        if (Vector128.IsHardwareAccelerated)
        {
            yield return ScanWidth.Wide128;
        }

        if (Avx2.IsSupported)
        {
            yield return ScanWidth.Wide256;
        }

        if (Avx512Vbmi.IsSupported)
        {
            yield return ScanWidth.Wide512;
        }
    }
}
