using System.Diagnostics.CodeAnalysis;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>
/// Which repository is meant: <c>OWNER/NAME</c>, or its URL at GitHub. The URL is compared as text and never resolved, so that nothing
/// (<c>..</c>, a user name, an escape) leads elsewhere than it says.
/// </summary>
internal static class ExchangeTarget
{
    /// <summary>The repository; false when the text names none.</summary>
    /// <param name="text">What was sent.</param>
    /// <param name="git">Where repositories live, with a slash at its end.</param>
    /// <param name="repository">The repository.</param>
    public static bool TryRead(string text, Uri git, [NotNullWhen(true)] out RepositoryName? repository)
    {
        var isAddress = text.StartsWith(git.AbsoluteUri, StringComparison.OrdinalIgnoreCase);
        var name = isAddress ? text[git.AbsoluteUri.Length..] : text;
        return RepositoryName.TryParse(isAddress && name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name, out repository);
    }
}
