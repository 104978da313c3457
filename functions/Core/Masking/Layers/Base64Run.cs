using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Layers;

/// <summary>One line of a run of base64: where it stands in the readable text, and how many characters of the run stand before it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Base64Line(int Start, int End, int Before);

/// <summary>
/// A run of base64 (RFC 4648, both alphabets; broken into lines as RFC 2045 and GitHub's contents do) in readable text, with what it decodes to. A byte
/// of it is known by its index; three of them are a quantum of four characters.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Base64Run
{
    /// <summary>Shortest run that is decoded, in characters.</summary>
    public const int Shortest = 32;

    /// <summary>Its lines, as a range of the list that all runs of a pass share.</summary>
    public required int FirstLine { get; init; }

    /// <summary>How many lines.</summary>
    public required int LineCount { get; init; }

    /// <summary>Where its decoded bytes begin in the buffer that all runs of a pass share.</summary>
    public required int DecodedAt { get; init; }

    /// <summary>How many decoded bytes.</summary>
    public required int DecodedLength { get; init; }

    /// <summary>Its characters, without padding.</summary>
    public required int Characters { get; init; }

    /// <summary>Whether more text may prolong it.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>Whether it is in the alphabet for URLs.</summary>
    public required bool IsUrl { get; init; }

    /// <summary>Whether it begins with text.</summary>
    public required bool IsText { get; init; }

    /// <summary>Decoded bytes before this one are not looked at: the run begins with what is no text, and may be no more than a digest.</summary>
    public required int From { get; init; }

    /// <summary>Whether it began before the text, as the run that was carried over.</summary>
    public required bool IsCarried { get; init; }
}

/// <summary>The state of a run that a dropped part of the text has begun. The text goes on with the first character of a quantum.</summary>
/// <param name="LineCharacters">Characters of its line before the text.</param>
/// <param name="Index">Index of the first decoded byte in the text, counted on from run to run.</param>
/// <param name="IsText">Whether the run begins with text.</param>
internal readonly record struct CarriedRun(int LineCharacters, long Index, bool IsText);
