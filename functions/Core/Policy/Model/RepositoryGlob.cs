using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>An <c>owner/name</c> glob in its two halves; neither half's wildcards cross the slash. Case does not count, as at GitHub.</summary>
internal sealed class RepositoryGlob
{
    public RepositoryGlob(string owner, string name)
    {
        Owner = Glob.Compile(owner, ignoreCase: true);
        Name = Glob.Compile(name, ignoreCase: true);
    }

    public Glob Owner { get; }

    public Glob Name { get; }

    public bool Matches(RepositoryName repository) => Owner.IsMatch(repository.Owner) && Name.IsMatch(repository.Name);

    public override string ToString() => $"{Owner}/{Name}";
}
