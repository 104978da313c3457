using System.Text;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>Remembers what an advertisement showed: the object ids, and the refs' names.</summary>
public sealed class ShownRefs : IShownRefVisitor
{
    private const string Peeled = "^{}";

    // git's own order of what a short name may mean (gitrevisions(7)), without the name as it is, which is tried first.
    private static readonly string[] Rules = ["refs/{0}", "refs/tags/{0}", "refs/heads/{0}", "refs/remotes/{0}", "refs/remotes/{0}/HEAD"];

    private readonly HashSet<GitOid> _oids = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>How many different objects were shown.</summary>
    public int Count => _oids.Count;

    /// <summary>The objects shown, each once.</summary>
    public IReadOnlyCollection<GitOid> Oids => _oids;

    /// <summary>Adds objects that an earlier advertisement showed, and whose names are not remembered.</summary>
    public void Add(IEnumerable<GitOid> oids) => _oids.UnionWith(oids);

    /// <summary>True when this object was shown as a ref's tip, or as what a shown tag points to.</summary>
    public bool Contains(GitOid oid) => _oids.Contains(oid);

    /// <summary>The full name of the shown ref that a full or short name means; null when none is shown.</summary>
    public string? Resolve(string name) =>
        _names.Contains(name) ? name : Rules.Select(rule => rule.Replace("{0}", name, StringComparison.Ordinal)).FirstOrDefault(_names.Contains);

    /// <inheritdoc/>
    public void Shown(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> name)
    {
        _oids.Add(GitOid.Parse(Encoding.ASCII.GetString(oid)));
        var text = Encoding.UTF8.GetString(name);
        if (!text.EndsWith(Peeled, StringComparison.Ordinal))
        {
            _names.Add(text);
        }
    }
}
