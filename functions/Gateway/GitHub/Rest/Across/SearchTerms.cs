using System.Collections.Immutable;
using System.Text;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>
/// What a search is for (<c>q</c>): where it looks, taken apart, and everything else as it was written. Quoted text is text, whatever is in it.
/// </summary>
/// <param name="Repositories">What <c>repo:</c> names.</param>
/// <param name="Owners">What <c>org:</c>, <c>user:</c> and <c>owner:</c> name.</param>
/// <param name="NotRepositories">What <c>-repo:</c> names.</param>
/// <param name="NotOwners">What <c>-org:</c> and the like name.</param>
/// <param name="Is">The values of <c>is:</c> and <c>type:</c>, in lower case.</param>
/// <param name="Rest">The rest, one space between its parts.</param>
internal sealed record SearchTerms(
    ImmutableArray<string> Repositories, ImmutableArray<string> Owners, ImmutableArray<string> NotRepositories, ImmutableArray<string> NotOwners, ImmutableArray<string> Is, string Rest)
{
    private const string Or = "OR";

    private static readonly string[] RefQualifiers = ["head:", "base:", "sha:"];

    /// <summary>True when it says where to look.</summary>
    public bool NamesPlaces => !Repositories.IsEmpty || !Owners.IsEmpty;

    /// <summary>Whether it asks for what is of some branch or commit. What only looks like it counts as well.</summary>
    public bool NamesRefs => RefQualifiers.Any(name => Rest.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes a search apart; null and a reason when what it means is not certain.</summary>
    public static SearchTerms? Parse(string text, out string? problem)
    {
        if (Tokens(text, out problem) is not { } tokens)
        {
            return null;
        }

        var (repositories, owners, notRepositories, notOwners, kinds) = (List(), List(), List(), List(), List());
        var rest = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var (isNot, name, value) = Split(tokens[i]);
            switch (name)
            {
                case "repo" or "org" or "user" or "owner" when value.Length == 0:
                    problem = $"{name}: is followed by a name, without a space.";
                    return null;
                case "repo" or "org" or "user" or "owner" when i > 0 && tokens[i - 1] == "NOT":
                    problem = $"what is not looked in is written -{name}:NAME, without NOT.";
                    return null;
                case "enterprise":
                    problem = "enterprise: is not searched; name repo:OWNER/NAME or org:OWNER.";
                    return null;
                case "repo":
                    (isNot ? notRepositories : repositories).Add(value);
                    continue;
                case "org" or "user" or "owner":
                    (isNot ? notOwners : owners).Add(value);
                    continue;
                case "is" or "type" when !isNot:
                    kinds.Add(value.ToLowerInvariant());
                    break;
            }

            // "repo:a/b OR repo:c/d" is what naming both means anyway.
            if (tokens[i] == Or && i > 0 && i + 1 < tokens.Count && IsPlace(tokens[i - 1]) && IsPlace(tokens[i + 1]))
            {
                continue;
            }

            if (HoldsAPlaceInside(tokens[i]))
            {
                problem = "repo:, org: and user: stand by themselves, outside of parentheses; naming several of them looks in all.";
                return null;
            }

            rest.Add(tokens[i]);
        }

        return new([.. repositories], [.. owners], [.. notRepositories], [.. notOwners], [.. kinds], string.Join(' ', rest));

        static List<string> List() => [];
    }

    private static bool IsPlace(string token) => Split(token).Name is "repo" or "org" or "user" or "owner";

    /// <summary>Whether GitHub could find one in what is here part of something else.</summary>
    private static bool HoldsAPlaceInside(string token)
    {
        var unquoted = string.Join(' ', token.Split('"').Where(static (_, i) => i % 2 == 0));
        return unquoted.Split([' ', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries).Any(IsPlace);
    }

    private static (bool IsNot, string Name, string Value) Split(string token)
    {
        var isNot = token[0] == '-';
        var from = isNot ? 1 : 0;
        var colon = token.IndexOf(':', StringComparison.Ordinal);
        var name = colon > from ? token[from..colon].ToLowerInvariant() : "";
        return name.All(static c => char.IsAsciiLetter(c) || c == '-') ? (isNot, name, name.Length == 0 ? "" : token[(colon + 1)..].Trim('"')) : (isNot, "", "");
    }

    /// <summary>The parts between spaces; quotes hold together.</summary>
    private static List<string>? Tokens(string text, out string? problem)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        var isQuoted = false;
        problem = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (i > 0 && text[i - 1] == '\\')
                {
                    problem = "a quote after a backslash could end the quoted text or not.";
                    return null;
                }

                isQuoted = !isQuoted;
            }

            if (char.IsWhiteSpace(text[i]) && !isQuoted)
            {
                Take();
                continue;
            }

            token.Append(text[i]);
        }

        Take();
        problem = isQuoted ? "a quote is not closed." : null;
        return isQuoted ? null : tokens;

        void Take()
        {
            if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }
    }
}
