using System.Collections.Immutable;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Writes;

/// <summary>What one content holds.</summary>
/// <param name="Found">Secrets and masks, in the content's order; of those that begin at one place the longest first.</param>
/// <param name="TooMany">True when there are more than <see cref="WriteScanner.MostFindings"/>: the rest was not looked for.</param>
public sealed record ContentVerdict(ImmutableArray<FoundSecret> Found, bool TooMany)
{
    /// <summary>It holds none.</summary>
    public static ContentVerdict Clean { get; } = new([], TooMany: false);

    /// <summary>Whether it holds none.</summary>
    public bool IsClean => Found.IsEmpty && !TooMany;

    /// <summary>The masks of the broker, and placeholders of secrets: what is never written.</summary>
    public IEnumerable<FoundSecret> Masks => Found.Where(static found => found.IsMask);

    /// <summary>
    /// The secrets that none of these old contents holds, each once. A value counts, not the rule that found it: written another way an old secret is found by other rules. Where
    /// several rules found parts of the same, it is one.
    /// </summary>
    public IReadOnlyList<FoundSecret> AddedTo(params IEnumerable<ContentVerdict> old)
    {
        var before = old.SelectMany(static verdict => verdict.Found).Select(static found => found.Digest).ToHashSet(StringComparer.Ordinal);
        var known = Found.Where(found => before.Contains(found.Digest)).ToArray();
        var added = new List<FoundSecret>();
        var digests = new HashSet<string>(StringComparer.Ordinal);
        var end = 0L;
        foreach (var found in Found)
        {
            if (found.IsMask || before.Contains(found.Digest) || IsMostlyKnown(found, known))
            {
                continue;
            }

            if (digests.Add(found.Digest) && found.Offset >= end)
            {
                added.Add(found);
            }

            end = Math.Max(end, found.Offset + found.Length);
        }

        return added;
    }

    /// <summary>Whether four fifths of it are old secrets: what stands around one is no secret of its own.</summary>
    private static bool IsMostlyKnown(FoundSecret found, FoundSecret[] known)
    {
        var (covered, end) = (0L, found.Offset);
        foreach (var part in known)
        {
            if (part.Offset >= found.Offset && part.Offset + part.Length <= found.Offset + found.Length)
            {
                covered += Math.Max(0, part.Offset + part.Length - Math.Max(end, part.Offset));
                end = Math.Max(end, part.Offset + part.Length);
            }
        }

        return covered * 5 >= found.Length * 4L;
    }
}

/// <summary>A secret or a mask in a content. Never the secret itself.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Digest">Tells two secrets apart, the same everywhere.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Offset">Where it begins, in bytes from 0.</param>
/// <param name="Length">Its bytes.</param>
public sealed record FoundSecret(string Rule, string Digest, int Line, long Offset, int Length)
{
    /// <summary>Whether it is a mask that the broker wrote, or a placeholder that it would have to fill: it stands for a secret, and is none.</summary>
    public bool IsMask => Rule == SecretScanner.MarkRuleId || IsPlaceholder;

    /// <summary>Whether it is a placeholder.</summary>
    public bool IsPlaceholder => Rule == Vaults.Placeholders.RuleId;
}
