using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>Which refs of a repository a caller may see. A ref is visible when one rule alone lets the caller read it.</summary>
public sealed class RefVisibility
{
    private readonly ImmutableArray<Part> _patterns;

    private RefVisibility(ImmutableArray<Part> patterns, bool everything)
    {
        _patterns = patterns;
        IsEverything = everything;
    }

    /// <summary>Every ref: nothing is filtered, and by-id wants and partial clones may be offered.</summary>
    public static RefVisibility Everything { get; } = new([], everything: true);

    /// <summary>No ref at all.</summary>
    public static RefVisibility Nothing { get; } = new([], everything: false);

    /// <summary>True when no ref is hidden.</summary>
    public bool IsEverything { get; }

    /// <summary>Refs that match any of the patterns, which are full ref globs.</summary>
    public static RefVisibility Matching(IEnumerable<Glob> patterns) => new([.. patterns.Select(static pattern => new Part(pattern, null))], everything: false);

    /// <summary>What both show.</summary>
    public RefVisibility Within(RefVisibility other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsEverything ? other : other.IsEverything ? this : new([.. _patterns.Select(part => part with { Within = part.Within?.Within(other) ?? other })], everything: false);
    }

    /// <summary>What either shows.</summary>
    public RefVisibility Union(RefVisibility other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsEverything || other.IsEverything ? Everything : new(_patterns.AddRange(other._patterns), everything: false);
    }

    /// <summary>True when the caller may know of the ref.</summary>
    public bool Shows(RefName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsEverything || _patterns.Any(part => part.Pattern.IsMatch(name.Value) && part.Within?.Shows(name) != false);
    }

    /// <summary>The patterns, for traces.</summary>
    public override string ToString() => IsEverything ? "every ref" : string.Join(", ", _patterns);

    /// <summary>A pattern, and what it is narrowed to; null when it is not.</summary>
    private sealed record Part(Glob Pattern, RefVisibility? Within)
    {
        public override string ToString() => Within is null ? Pattern.ToString() : $"{Pattern} within ({Within})";
    }
}
