using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>What was found in the buffer.</summary>
/// <param name="At">Where the value begins in the original: the order in which outcomes are applied.</param>
/// <param name="Source">A rule's index; below 0 one of <see cref="FindingSource"/>.</param>
/// <param name="Layer">Index of the run of base64 that it was found in; -1 for the readable text, -2 for the original.</param>
/// <param name="ValueStart">Where the value begins in the layer.</param>
/// <param name="ValueEnd">Behind its last byte in the layer.</param>
/// <param name="MatchEnd">Where its rule goes on in the layer.</param>
/// <param name="GoesOn">Whether it was cut, and goes on with its rule's trailing class.</param>
/// <param name="Accepted">Whether the rule's validators accept it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Outcome(int At, int Source, int Layer, int ValueStart, int ValueEnd, int MatchEnd, bool GoesOn, bool Accepted)
{
    /// <summary>The layer of the text as it came.</summary>
    public const int Original = -2;

    /// <summary>The layer of the text as it is meant.</summary>
    public const int Readable = -1;
}

/// <summary>Sources of outcomes that are no rule.</summary>
internal static class FindingSource
{
    /// <summary>A value that was registered.</summary>
    public const int Known = -1;

    /// <summary>A mask of the broker.</summary>
    public const int Mark = -2;

    /// <summary>A field that the policy names.</summary>
    public const int Field = -3;

    /// <summary>A number in such a field.</summary>
    public const int Number = -4;

    /// <summary>The rest of such a field's text, whose beginning was found.</summary>
    public const int Rest = -5;
}
