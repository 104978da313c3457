using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Reach.Words;

namespace CursorBroker.Core.Policy.Reach;

/// <summary>What one rule gives whom it covers, for people to read. Texts are the policy's own words, one line each, bounded; a page still escapes them.</summary>
/// <param name="Id">The rule's id.</param>
/// <param name="Repositories">Globs, <c>owner/name</c>; empty for a rule about vaults only.</param>
/// <param name="Permissions">What it gives on them, the ceiling applied, with the <c>metadata:read</c> that GitHub adds.</param>
/// <param name="Lifetime">The longest that a credential for it lives; above zero, at most one hour.</param>
public sealed record RuleReach(string Id, ImmutableArray<string> Repositories, PermissionSet Permissions, TimeSpan Lifetime)
{
    /// <summary>Which refs it shows: <c>every ref</c>, or globs as the policy language writes them (<c>main, cursor/**, refs/tags/*</c>).</summary>
    public required string Visible { get; init; }

    /// <summary>Which refs it lets be pushed, like <see cref="Visible"/>; null when it does not give <c>contents:write</c>.</summary>
    public string? Pushable { get; init; }

    /// <summary>What is denied on these repositories, whichever rule would allow it.</summary>
    public ImmutableArray<string> Denies { get; init; } = [];

    /// <summary>What waits for people, and for whom.</summary>
    public ImmutableArray<string> Approvals { get; init; } = [];

    /// <summary>Vault name globs; empty when it is about repositories only.</summary>
    public ImmutableArray<string> Vaults { get; init; } = [];

    /// <summary>What it gives on secrets of these vaults.</summary>
    public ImmutableArray<SecretReach> Secrets { get; init; } = [];

    /// <summary>Whether it lets its callers have tokens themselves.</summary>
    public bool Exchange { get; init; }

    internal static RuleReach Of(Rule rule, PermissionSet gives) => new(rule.Id, Texts(rule.Repositories), gives, rule.Lifetime)
    {
        Visible = RefWords.Of(rule.Refs.Visible),
        Pushable = gives.Covers(PermissionSet.ContentsWrite) ? RefWords.Of(rule.Refs) : null,
        Denies = [.. rule.Deny.SelectMany(EntryWords.Of).Select(Shown.Line)],
        Approvals = [.. rule.Approve.SelectMany(EntryWords.Of).Select(Shown.Line)],
        Vaults = Texts(rule.Vaults?.Vaults ?? []),
        Secrets =
        [
            .. rule.Vaults?.Secrets.Select(static grant => new SecretReach(grant.Names.ToString(), [.. grant.Given.Select(SecretVerbs.WordOf)], [])) ?? [],
            .. rule.Vaults?.Use.Select(static grant => new SecretReach(grant.Names.ToString(), [], [.. grant.Given.Select(SecretVerbs.WordOf)])) ?? [],
        ],
        Exchange = rule.Exchange,
    };

    private static ImmutableArray<string> Texts<T>(ImmutableArray<T> globs) => [.. globs.Select(static glob => $"{glob}")];
}

/// <summary>What a rule gives on secrets.</summary>
/// <param name="Names">A glob over secret names.</param>
/// <param name="Verbs">Verbs of the policy language.</param>
/// <param name="Uses">What a secret may be used for without being shown.</param>
public sealed record SecretReach(string Names, ImmutableArray<string> Verbs, ImmutableArray<string> Uses);
