using System.Buffers;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Core.Masking;

/// <summary>
/// Finds secrets, and masks of the broker, in content that stays as it is: what is written, and what cannot be masked in place. A finding's digest is
/// the same for the same secret in every session, so that an old secret can be told from an added one.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="root">Knows the broker's masks.</param>
/// <param name="known">Values that are secrets whatever they look like; none when null.</param>
public sealed class SecretScanner(MaskRules rules, MaskRoot root, KnownSecrets? known = null)
{
    /// <summary>The <see cref="MaskFinding.RuleId"/> of a mask that the broker wrote.</summary>
    public const string MarkRuleId = "broker-mask";

    private readonly MaskKey _key = root.ForSession("scan");

    /// <summary>What the whole content holds.</summary>
    public IReadOnlyList<MaskFinding> Scan(ReadOnlySpan<byte> content)
    {
        using var run = Begin();
        run.Push(content, end: true);
        return run.Findings;
    }

    /// <summary>Begins with content that arrives in chunks.</summary>
    public SecretScan Begin() => new(new StreamMasker(rules, _key, known, marks: root));
}

/// <summary>One content on its way through a <see cref="SecretScanner"/>.</summary>
public sealed class SecretScan : IDisposable
{
    private readonly StreamMasker _masker;
    private readonly ArrayBufferWriter<byte> _dropped = new();

    internal SecretScan(StreamMasker masker) => _masker = masker;

    /// <summary>What was found so far; complete once the end was pushed. All of it counts; of more than 10,000, each beyond is there until the next chunk only.</summary>
    public IReadOnlyList<MaskFinding> Findings => _masker.Findings;

    /// <summary>Takes a chunk.</summary>
    public void Push(ReadOnlySpan<byte> chunk, bool end)
    {
        _masker.Push(chunk, end, _dropped);
        _dropped.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public void Dispose() => _masker.Dispose();
}
