using System.Collections.Immutable;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>A commit, read from its object.</summary>
internal sealed record GitCommit(
    string Id, string Tree, ImmutableArray<string> Parents, GitPerson Author, GitPerson Committer, string Message)
{
    public string Subject => Message.Split('\n')[0];

    /// <exception cref="FormatException">The object is no commit.</exception>
    public static GitCommit Parse(GitObject from)
    {
        var text = Encoding.UTF8.GetString(from.Content);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, message) = end < 0 ? (text, string.Empty) : (text[..end], text[(end + 2)..]);
        var fields = head.Split('\n').Where(static line => !line.StartsWith(' ')).Select(static line => line.Split(' ', 2)).ToList();
        if (from.Type != "commit")
        {
            throw new FormatException($"{from.Id} is a {from.Type}.");
        }

        string One(string name) => fields.FirstOrDefault(field => field[0] == name)?[^1] ?? throw new FormatException($"{from.Id} has no {name}.");
        return new GitCommit(
            from.Id,
            One("tree"),
            [.. fields.Where(static field => field[0] == "parent").Select(static field => field[1])],
            GitPerson.Parse(One("author")),
            GitPerson.Parse(One("committer")),
            message.TrimEnd('\n'));
    }
}

/// <summary>An annotated tag, read from its object.</summary>
internal sealed record GitTag(string Id, string Name, string Object, string ObjectType, GitPerson Tagger, string Message)
{
    public static GitTag Parse(GitObject from)
    {
        var text = Encoding.UTF8.GetString(from.Content);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var fields = (end < 0 ? text : text[..end]).Split('\n').Select(static line => line.Split(' ', 2)).ToList();
        string One(string name) => fields.FirstOrDefault(field => field[0] == name)?[^1] ?? string.Empty;
        return new GitTag(
            from.Id, One("tag"), One("object"), One("type"), GitPerson.Parse(One("tagger")), end < 0 ? string.Empty : text[(end + 2)..].TrimEnd('\n'));
    }
}
