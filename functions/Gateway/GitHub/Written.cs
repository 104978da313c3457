using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub;

/// <summary>What the texts of one changing request hold, all looked through together: every name and value of its JSON, decoded, wherever it stands.</summary>
internal sealed class Written : IDisposable
{
    /// <summary>Stands between two texts, so that nothing is found across them.</summary>
    private static readonly byte[] Between = "\n\0\n"u8.ToArray();

    private readonly WriteScan _scan;
    private readonly List<Text> _texts = [];
    private long _offset;
    private int _line = 1;

    public Written(WriteScanner scanner) => _scan = scanner.Begin();

    /// <summary>Adds everything of some JSON.</summary>
    /// <param name="json">The JSON; null for none.</param>
    /// <param name="at">Where it stands: the name that its members are told under; empty for the request's body itself.</param>
    /// <param name="parts">What some members are, by where they stand; null for text like any other.</param>
    public void Add(JsonNode? json, string at, Func<string, JsonValue, WrittenPart?> parts)
    {
        switch (json)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    var below = at.Length == 0 ? name : $"{at}.{name}";
                    Add(name, "a member's name", mayHoldSecrets: false);
                    Add(value, below, parts);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Add(items[i], string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]"), parts);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (parts(at, value) is not { } part)
                {
                    Add(text, at, mayHoldSecrets: false);
                }
                else if (part.Content is { } content)
                {
                    Add(content, part.Where ?? at, part.MayHoldSecrets);
                }

                break;
            default:
                // Numbers, truth values and nothing hold no text.
                break;
        }
    }

    /// <summary>Adds one text.</summary>
    public void Add(string text, string where, bool mayHoldSecrets) => Add(Encoding.UTF8.GetBytes(text), where, mayHoldSecrets);

    /// <summary>Adds one content.</summary>
    public void Add(ReadOnlySpan<byte> content, string where, bool mayHoldSecrets)
    {
        _texts.Add(new(_offset, _line, where, mayHoldSecrets));
        Push(content);
        Push(Between);
    }

    /// <summary>The secrets; a refusal when there is a mask, or more than can be told.</summary>
    public Outcome<FoundSecrets> End()
    {
        _scan.Push([], end: true);
        var verdict = _scan.Verdict;
        if (verdict.Masks.FirstOrDefault() is { } mask)
        {
            var text = TextAt(mask);
            return WriteRefusals.OfMask(Stage.Classify, text.Where, mask.Line - text.Line + 1, mask.IsPlaceholder);
        }

        if (verdict.TooMany)
        {
            return WriteRefusals.OfTooMany(Stage.Classify, "The body");
        }

        return new FoundSecrets(
        [
            .. verdict.AddedTo().Select(secret => (Secret: secret, Text: TextAt(secret))).Where(static found => !found.Text.MayHoldSecrets)
                .Select(static found => new AddedSecret(found.Text.Where, found.Secret.Line - found.Text.Line + 1, found.Secret.Rule)),
        ]);
    }

    public void Dispose() => _scan.Dispose();

    private void Push(ReadOnlySpan<byte> bytes)
    {
        _scan.Push(bytes, end: false);
        _offset += bytes.Length;
        _line += bytes.Count((byte)'\n');
    }

    private Text TextAt(FoundSecret found)
    {
        var (first, end) = (0, _texts.Count);
        while (end - first > 1)
        {
            var middle = (first + end) / 2;
            (first, end) = _texts[middle].Offset <= found.Offset ? (middle, end) : (first, middle);
        }

        return _texts[first];
    }

    private sealed record Text(long Offset, int Line, string Where, bool MayHoldSecrets);
}

/// <summary>What a member of a body is, where it is not text like any other.</summary>
/// <param name="Content">What it holds, decoded; null for what is looked through elsewhere.</param>
/// <param name="Where">The file that it becomes; null when it becomes none.</param>
/// <param name="MayHoldSecrets">Whether it is meant to hold one. A mask is none even there.</param>
internal sealed record WrittenPart(byte[]? Content, string? Where = null, bool MayHoldSecrets = false)
{
    /// <summary>Looked through elsewhere, where more is known of it.</summary>
    public static WrittenPart Elsewhere { get; } = new((byte[]?)null);
}

/// <summary>Secrets that a request sends.</summary>
internal sealed record FoundSecrets(ImmutableArray<AddedSecret> Secrets)
{
    /// <summary>None.</summary>
    public static FoundSecrets None { get; } = new(ImmutableArray<AddedSecret>.Empty);

    /// <summary>The operations, those that are calls of the API with these secrets.</summary>
    public IReadOnlyList<Operation> In(IReadOnlyList<Operation> operations) => Secrets.IsEmpty
        ? operations
        : [.. operations.Select(operation => operation.Details is ApiCall call ? operation with { Details = call with { AddedSecrets = Secrets } } : operation)];
}
