using System.Text;

namespace CursorBroker.Sandbox.GitHub.Rest.Search;

/// <summary>A search's words and qualifiers: <c>refund repo:acme/payments-api is:open label:"good first issue"</c>.</summary>
internal sealed record SearchQuery(IReadOnlyList<string> Words, IReadOnlyList<(string Name, string Value)> Qualifiers)
{
    // Anything else with a colon in it is a word.
    private static readonly string[] Known =
    [
        "repo", "org", "user", "is", "type", "state", "label", "author", "assignee", "in", "path", "extension", "filename", "language", "hash", "sort", "no",
        "archived", "fork", "head", "base", "draft", "created", "updated", "involves", "mentions", "review-requested", "committer",
    ];

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
            if (colon > 0 && Known.Contains(token[..colon].TrimStart('-').ToLowerInvariant()))
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
