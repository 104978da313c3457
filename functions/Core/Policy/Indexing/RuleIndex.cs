using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Indexing;

/// <summary>
/// Finds the rules about a repository or a vault without looking at the others: literal names by dictionary, globs under a literal owner by that
/// owner, and only globs in the owner itself, or in a vault's name, one by one.
/// </summary>
internal sealed class RuleIndex
{
    private readonly Dictionary<RepositoryName, List<int>> _literal = [];
    private readonly Dictionary<string, List<Entry>> _byOwner = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Entry> _anyOwner = [];
    private readonly Dictionary<string, List<int>> _literalVaults = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(Glob Glob, int Rule)> _vaults = [];
    private readonly ImmutableArray<Rule> _rules;

    public RuleIndex(ImmutableArray<Rule> rules)
    {
        _rules = rules;
        for (var i = 0; i < rules.Length; i++)
        {
            foreach (var glob in rules[i].Repositories)
            {
                Add(glob, i);
            }

            foreach (var glob in rules[i].Vaults?.Vaults ?? [])
            {
                AddVault(glob, i);
            }
        }
    }

    /// <summary>The rules about a repository, in the policy's order, each once.</summary>
    public ImmutableArray<Rule> Find(RepositoryName repository) => Find(repository, out _);

    /// <param name="repository">The repository.</param>
    /// <param name="examined">How many entries were looked at: what the look-up costs.</param>
    internal ImmutableArray<Rule> Find(RepositoryName repository, out int examined)
    {
        var found = new SortedSet<int>(_literal.GetValueOrDefault(repository) ?? []);
        var owned = _byOwner.GetValueOrDefault(repository.Owner) ?? [];
        examined = found.Count + owned.Count + _anyOwner.Count;
        found.UnionWith(owned.Where(entry => entry.Glob.Name.IsMatch(repository.Name)).Select(static entry => entry.Rule));
        found.UnionWith(_anyOwner.Where(entry => entry.Glob.Matches(repository)).Select(static entry => entry.Rule));
        return [.. found.Select(i => _rules[i])];
    }

    /// <summary>The rules about a vault, in the policy's order, each once.</summary>
    public ImmutableArray<Rule> Find(VaultName vault)
    {
        var found = new SortedSet<int>(_literalVaults.GetValueOrDefault(vault.Value) ?? []);
        found.UnionWith(_vaults.Where(entry => entry.Glob.IsMatch(vault.Value)).Select(static entry => entry.Rule));
        return [.. found.Select(i => _rules[i])];
    }

    private void AddVault(Glob glob, int rule)
    {
        if (glob.IsLiteral)
        {
            Under(_literalVaults, glob.ToString()).Add(rule);
        }
        else
        {
            _vaults.Add((glob, rule));
        }
    }

    private void Add(RepositoryGlob glob, int rule)
    {
        if (glob.Owner.IsLiteral && glob.Name.IsLiteral)
        {
            Under(_literal, RepositoryName.Parse(glob.ToString())).Add(rule);
        }
        else if (glob.Owner.IsLiteral)
        {
            Under(_byOwner, glob.Owner.ToString()).Add(new(glob, rule));
        }
        else
        {
            _anyOwner.Add(new(glob, rule));
        }
    }

    private static List<TValue> Under<TKey, TValue>(Dictionary<TKey, List<TValue>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }

    private sealed record Entry(RepositoryGlob Glob, int Rule);
}
