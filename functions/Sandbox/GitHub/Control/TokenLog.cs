using System.Collections.Immutable;

namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>Every token minted since the start, in order.</summary>
public sealed class TokenLog
{
    private ImmutableList<MintedToken> _entries = [];

    /// <summary>What was minted so far; a snapshot whose entries still learn of their revocation.</summary>
    public IReadOnlyList<MintedToken> Entries => _entries;

    internal void Add(MintedToken token) => ImmutableInterlocked.Update(ref _entries, static (list, one) => list.Add(one), token);
}
