using System.Text;

namespace CursorBroker.Sandbox.GitHub.Rest.Search;

/// <summary>A search's words and qualifiers: <c>refund repo:acme/payments-api is:open label:"good first issue"</c>.</summary>
/// <param name="Words">What has to be found.</param>
/// <param name="Qualifiers">What it is narrowed to, by lower-case names.</param>
internal sealed record SearchQuery(IReadOnlyList<string> Words, IReadOnlyList<(string Name, string Value)> Qualifiers)
{
    // Nothing here is a fork or archived, and words are looked for everywhere, so that the last four narrow nothing.
    private static readonly string[] Supported =
    [
        "repo", "org", "user", "is", "type", "state", "label", "author", "assignee", "path", "extension", "filename", "language", "hash", "head", "base", "draft",
        "involves", "mentions", "review-requested", "in", "sort", "archived", "fork",
    ];

    // GitHub's others. Anything else with a colon in it is a word.
    private static readonly string[] Unsupported =
        ["created", "updated", "closed", "merged", "committer", "no", "milestone", "project", "comments", "reviewed-by", "review", "status", "size", "stars", "topic", "license", "team", "symbol", "content"];

    /// <summary>A qualifier that the stand-in cannot search by, a negation among them; null when there is none.</summary>
    public string? Unknown => Qualifiers.Select(static one => one.Name).FirstOrDefault(static name => !Supported.Contains(name));

    public IEnumerable<string> Of(string name) => Qualifiers.Where(one => one.Name == name).Select(static one => one.Value);

    /// <summary>True when none of a qualifier's values speaks against something.</summary>
    public bool All(string name, Func<string, bool> fits) => Of(name).All(fits);

    public static SearchQuery Parse(string text)
    {
        var words = new List<string>();
        var qualifiers = new List<(string, string)>();
        foreach (var token in Tokens(text))
        {
            var colon = token.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && token[..colon].TrimStart('-').ToLowerInvariant() is var name && (Supported.Contains(name) || Unsupported.Contains(name)))
            {
                qualifiers.Add((token[..colon].ToLowerInvariant(), token[(colon + 1)..]));
            }
            else if (token.Length > 0)
            {
                words.Add(token);
            }
        }

        return new SearchQuery(words, qualifiers);
    }

    // Parts between spaces; quotes hold together and go away.
    private static IEnumerable<string> Tokens(string text)
    {
        var token = new StringBuilder();
        var isQuoted = false;
        foreach (var one in text)
        {
            if (one == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (char.IsWhiteSpace(one) && !isQuoted)
            {
                yield return token.ToString();
                token.Clear();
            }
            else
            {
                token.Append(one);
            }
        }

        yield return token.ToString();
    }
}
