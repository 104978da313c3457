using System.Text;
using CursorBroker.Core.Operations;
using Routes = CursorBroker.Core.GitHub.Routes;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>
/// The path of an inner call: a template of the API's and parts that are checked and percent-encoded. There is no other way to make one, so that nothing in a tool's argument
/// can lead to another route than the tool's own.
/// </summary>
internal sealed record ApiPath
{
    /// <summary>Longest part, in characters; a path within a repository included.</summary>
    private const int LongestPart = 1024;

    private ApiPath(ApiFace face, string value) => (Face, Value) = (face, value);

    /// <summary>GitHub's GraphQL API.</summary>
    public static ApiPath GraphQl { get; } = new(ApiFace.GraphQl, "/api/graphql");

    /// <summary>Which of the broker's APIs.</summary>
    public ApiFace Face { get; }

    /// <summary>The path as it stands in a request line.</summary>
    public string Value { get; }

    /// <summary>A path of GitHub's REST API, such as <c>Of("/repos/{owner}/{repo}/contents/{path}", owner, repo, path)</c>.</summary>
    /// <param name="template">The route's template, a constant. Only <c>{path}</c> keeps its slashes.</param>
    /// <param name="parts">One for each name in the template, in their order, not encoded.</param>
    /// <exception cref="ToolArgumentException">A part could be read in two ways, or is no owner or repository name.</exception>
    public static ApiPath Of(string template, params ReadOnlySpan<string> parts) => new(ApiFace.Rest, Write("/api/v3", template, parts));

    /// <summary>A path of the vaults' API, such as <c>OfVault("/{vault}/secrets/{secret}", vault, secret)</c>.</summary>
    /// <param name="template">The template below <c>/vaults</c>, a constant.</param>
    /// <param name="parts">As with <see cref="Of"/>.</param>
    /// <exception cref="ToolArgumentException">A part could be read in two ways.</exception>
    public static ApiPath OfVault(string template, params ReadOnlySpan<string> parts) => new(ApiFace.Vault, Write("/vaults", template, parts));

    /// <summary>A path that <see cref="Value"/> was stored as, by the broker itself.</summary>
    internal static ApiPath Restore(ApiFace face, string value) => new(face, value);

    /// <summary>The path.</summary>
    public override string ToString() => Value;

    private static string Write(string root, string template, ReadOnlySpan<string> parts)
    {
        var path = new StringBuilder(root);
        var (used, owner) = (0, (string?)null);
        foreach (var range in template.AsSpan(1).Split('/'))
        {
            var part = template.AsSpan(1)[range];
            path.Append('/');
            if (part is not ['{', .. var name, '}'])
            {
                path.Append(part);
                continue;
            }

            var value = used < parts.Length ? parts[used++] : throw new ArgumentException($"{template} has more names than there are parts.", nameof(parts));
            Check(name.ToString(), value, ref owner);
            var encoded = Uri.EscapeDataString(value);
            path.Append(name is "path" ? encoded.Replace("%2F", "/", StringComparison.Ordinal) : encoded);
        }

        return used == parts.Length && path.Length <= Routes.ApiPath.MaxLength
            ? path.ToString()
            : throw new ArgumentException($"{template} has fewer names than there are parts, or the parts are too long.", nameof(parts));
    }

    private static void Check(string name, string value, ref string? owner)
    {
        if (name is "owner")
        {
            owner = value;
            return;
        }

        if (name is "repo")
        {
            _ = RepositoryName.TryCreate(owner, value, out _)
                ? true
                : throw new ToolArgumentException("owner, repo", "must be the owner and the name of a repository, such as owner \"acme\" and repo \"payments-api\", without slashes and without \".git\".");
            return;
        }

        if (value.Length is 0 or > LongestPart)
        {
            throw new ToolArgumentException(name, $"must be 1 to {LongestPart} characters long.");
        }

        if (!IsReadOneWay(value))
        {
            throw new ToolArgumentException(name, "must not begin or end with a slash, have empty, \".\" or \"..\" segments, control characters, '\\', ';' or percent-encoded characters; write it plainly.");
        }
    }

    /// <summary>What the REST room itself takes, asked of it here so that a tool's caller is told which argument it is about.</summary>
    private static bool IsReadOneWay(string value)
    {
        try
        {
            return !value.Any(char.IsSurrogate) || IsWhole(value)
                ? Routes.ApiPath.Parse("/" + Uri.EscapeDataString(value)) is not null
                : false;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static bool IsWhole(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
            {
                continue;
            }

            if (!char.IsSurrogatePair(value, i))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}

/// <summary>One of the broker's APIs that inner calls go to.</summary>
internal enum ApiFace
{
    /// <summary>GitHub's REST API, below <c>/api/v3</c>.</summary>
    Rest,

    /// <summary>GitHub's GraphQL API.</summary>
    GraphQl,

    /// <summary>Key Vault's secrets API, below <c>/vaults</c>.</summary>
    Vault,
}
