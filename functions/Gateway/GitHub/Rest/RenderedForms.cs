using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>
/// What people wrote, as GitHub renders it: it puts the lines of a file in the place of a link to them, and signed addresses in that of images, whatever file and ref they are of.
/// </summary>
internal static class RenderedForms
{
    // There the file itself is rendered, which was decided as that file.
    private static readonly string[] Files = ["/contents", "/contents/{path}", "/readme", "/readme/{dir}", "/license"];

    /// <summary>Why the form is not to be had by a caller from whom something is kept; null when it is.</summary>
    public static Refusal? Refuse(ApiRoute route, RestMedia media, Grant grant) =>
        media is not (RestMedia.Html or RestMedia.Full) || grant.Others.Add(grant).All(static each => each.Named.IsEverything && each.Readable.IsEverything)
            || Files.Any(file => route.Template == $"/repos/{{owner}}/{{repo}}{file}")
            ? null
            : new Refusal(
                Stage.Authorize,
                RefusalKind.Denied,
                new CallerText("policy: GitHub renders lines of any file into text, and not every ref and path is open to you; ask for application/vnd.github+json or application/vnd.github.raw+json"),
                "a rendered form");
}
