namespace CursorBroker.Sandbox.Repositories;

/// <summary>A branch while its history is told: its tip, its files, and what it changed since it left the other.</summary>
internal sealed class HistoryBranch(string name)
{
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>The tip's mark; 0 before the first commit.</summary>
    public int Tip { get; set; }

    public Dictionary<string, string> Files { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Paths written since the branch was made, without those deleted again, in order.</summary>
    public IEnumerable<string> Changed => _changed.Order(StringComparer.Ordinal);

    public HistoryBranch Fork(string name) => new(name) { Tip = Tip, Files = new Dictionary<string, string>(Files, StringComparer.Ordinal) };

    public void Put(string path, string content)
    {
        Files[path] = content;
        _changed.Add(path);
    }

    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public void Delete(string path)
    {
        if (!Files.Remove(path))
        {
            throw new KeyNotFoundException($"There is no {path} to delete.");
        }

        _changed.Remove(path);
    }
}
