using System.Text;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Files;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Resources;

/// <summary>Files of repositories as resources, in one of the forms of their addresses.</summary>
/// <param name="kind">Which state of the repository the form names.</param>
/// <param name="name">The template's name.</param>
/// <param name="between">What stands between the repository and <c>contents</c>.</param>
/// <param name="description">What it is, in words.</param>
internal sealed class RepositoryResource(PlaceKind kind, string name, string between, string description) : IBrokerResource
{
    /// <summary>Longest file that is read as a resource, in bytes: it comes whole or not at all.</summary>
    private const int MaxBytes = 1024 * 1024;

    public ResourceTemplate Template { get; } = new()
    {
        Name = name,
        UriTemplate = $"repo://{{owner}}/{{repo}}{between}/contents{{/path*}}",
        Description = description,
    };

    /// <summary>One of each form.</summary>
    public static IReadOnlyList<IBrokerResource> All() =>
    [
        new RepositoryResource(PlaceKind.Default, "repository_content", "", "A file of a repository's default branch"),
        new RepositoryResource(PlaceKind.Branch, "repository_content_branch", "/refs/heads/{branch}", "A file of a branch; slashes in its name are written %2F"),
        new RepositoryResource(PlaceKind.Tag, "repository_content_tag", "/refs/tags/{tag}", "A file of a tag"),
        new RepositoryResource(PlaceKind.Commit, "repository_content_commit", "/sha/{sha}", "A file of a commit"),
        new RepositoryResource(PlaceKind.Pull, "repository_content_pr", "/refs/pull/{prNumber}/head", "A file of a pull request's head"),
    ];

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ReadResourceResult?> ReadAsync(string uri, ToolCall call, CancellationToken cancellationToken)
    {
        if (!RepositoryUri.TryParse(uri, out var parsed) || parsed.Place.Kind != kind)
        {
            return null;
        }

        if (parsed.Path.Length == 0)
        {
            throw new ToolArgumentException("uri", "names a directory, which is no resource; get_file_contents lists it.");
        }

        var (reference, failure) = await parsed.Place.ResolveAsync(call.Api, parsed.Repository, cancellationToken);
        var found = failure is null ? await FileReader.ReadAsync(call.Api, parsed.Repository, parsed.Path, reference, cancellationToken) : new FileFound.Failed(failure);
        return found switch
        {
            FileFound.File { Content.Length: > MaxBytes } => throw Gone("The file is too long to be a resource; get_file_contents reads it in pieces."),
            FileFound.File file => new() { Contents = [Contents(file, uri)] },
            FileFound.Directory => throw new ToolArgumentException("uri", "names a directory, which is no resource; get_file_contents lists it."),
            FileFound.Pointer pointer => throw Gone($"It is a {pointer.Kind} that leads to {pointer.Target}."),
            FileFound.Failed failed => throw Gone(string.Join('\n', failed.Answer.Content.OfType<TextContentBlock>().Select(static block => block.Text))),
            _ => throw new InvalidOperationException($"{found.GetType().Name} is not read."),
        };
    }

    private static ResourceContents Contents(FileFound.File file, string uri) => FileMedia.IsText(file.Content.Span)
        ? new TextResourceContents { Uri = uri, MimeType = FileMedia.TextTypeOf(file.Name), Text = Encoding.UTF8.GetString(file.Content.Span) }
        : BlobResourceContents.FromBytes(file.Content, uri, FileMedia.ImageOf(file.Content.Span) ?? "application/octet-stream");

    private static McpProtocolException Gone(string message) => new(message, McpErrorCode.ResourceNotFound);
}
