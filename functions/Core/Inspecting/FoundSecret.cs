using System.Globalization;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Inspecting;

/// <summary>Where a secret is in what was looked into. Never the secret itself.</summary>
public sealed record FoundSecret
{
    private const int MaxPlace = 160;

    /// <param name="place">A path, or what there is instead of one; made one line that a terminal may show, and cut.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="rule">The rule that found it.</param>
    /// <param name="digest">Tells two secrets apart.</param>
    public FoundSecret(string place, int line, string rule, string digest)
    {
        Place = GitText.OneLine(place, MaxPlace);
        Line = line;
        Rule = rule;
        Digest = digest;
    }

    /// <summary>A path, or what there is instead of one.</summary>
    public string Place { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The rule that found it.</summary>
    public string Rule { get; }

    /// <summary>The same for the same secret.</summary>
    public string Digest { get; }

    /// <summary>The commit whose files it is among, abbreviated; null where there is none, or too many to tell.</summary>
    public string? Commit { get; init; }

    /// <summary>For people: <c>src/app.env:3 (rule github-pat, in commit 1234567)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Place}:{Line} (rule {Rule}{(Commit is null ? "" : $", in commit {Commit}")})");
}
