using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Policy;

/// <summary>The policy's <c>masking</c>, checked for shape; the masker gives it meaning.</summary>
public sealed record MaskingSettings
{
    /// <summary>The settings of a policy that says nothing.</summary>
    public static MaskingSettings Default { get; } = new();

    /// <summary>What is done about a secret of whose rule nothing else is said.</summary>
    public MaskAction Action { get; init; } = MaskAction.Mask;

    /// <summary>What is done about the secrets of single rules, by the rule's id.</summary>
    public ImmutableSortedDictionary<string, MaskAction> Actions { get; init; } = ImmutableSortedDictionary.Create<string, MaskAction>(StringComparer.Ordinal);

    /// <summary>Field names whose values are masked whatever they look like.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>The policy's own patterns.</summary>
    public ImmutableArray<CustomMask> Custom { get; init; } = [];

    /// <summary>What looks like a secret and is none.</summary>
    public ImmutableArray<AllowedText> Allow { get; init; } = [];

    /// <summary>True when some secret may end an answer.</summary>
    public bool CanBlock => Action == MaskAction.Block || Actions.ContainsValue(MaskAction.Block) || Custom.Any(static custom => custom.Action == MaskAction.Block);

    /// <summary>Names these settings: the same for the same ones, in every instance. 16 hex digits.</summary>
    public string Generation
    {
        get
        {
            // A line each, and with its length, so that no two settings read alike.
            var text = new StringBuilder();
            Add(Action);
            Add(Actions.Count);
            foreach (var (rule, action) in Actions)
            {
                Add(rule);
                Add(action);
            }

            Add(Fields.Length);
            foreach (var name in Fields)
            {
                Add(name);
            }

            Add(Custom.Length);
            foreach (var custom in Custom)
            {
                Add(custom.Id);
                Add(custom.Pattern);
                Add(custom.Action);
            }

            foreach (var allowed in Allow)
            {
                Add(allowed.Rule);
                Add(allowed.Text);
                Add(allowed.Sha256);
                Add(allowed.Glob);
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];

            void Add(object? value)
            {
                var line = value?.ToString() ?? "";
                text.Append(line.Length).Append(' ').Append(line).Append('\n');
            }
        }
    }

    /// <summary>What becomes of a write that adds a secret, where no <c>approve</c> entry asks people about it.</summary>
    public AddedSecrets Added { get; init; } = AddedSecrets.Refuse;
}

/// <summary>What becomes of writes that add secrets.</summary>
public enum AddedSecrets
{
    /// <summary>They are refused.</summary>
    Refuse,

    /// <summary>They pass, and the audit says what they add.</summary>
    Allow,
}

/// <summary>A pattern of the policy's own.</summary>
/// <param name="Id">Its name in the audit.</param>
/// <param name="Pattern">A regular expression without look-around and back-references, so that it runs in linear time.</param>
public sealed record CustomMask(string Id, string Pattern)
{
    /// <summary>What is done about what it finds; null when that is as for every rule.</summary>
    public MaskAction? Action { get; init; }
}

/// <summary>A value that looks like a secret and is none: exactly one of text, hash and glob is there.</summary>
public sealed record AllowedText
{
    /// <summary>The rule whose finding it would be; null for every rule.</summary>
    public string? Rule { get; init; }

    /// <summary>The value itself; null when it is told otherwise.</summary>
    public string? Text { get; init; }

    /// <summary>SHA-256 of the value in UTF-8, 64 lower-case hex digits; null when it is told otherwise.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What the whole value looks like, with case; <c>*</c> is any characters, <c>?</c> one. Null when it is told otherwise.</summary>
    public string? Glob { get; init; }
}
