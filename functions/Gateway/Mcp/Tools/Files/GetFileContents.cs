using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary><c>get_file_contents</c>: a file, or what is in a directory.</summary>
internal sealed class GetFileContents : IBrokerTool
{
    /// <summary>Longest image or other file without text that is handed out, in bytes.</summary>
    private const int MaxBinary = 1024 * 1024;

    private static readonly string[] All = ["type", "name", "path", "size", "sha", "url", "git_url", "html_url", "download_url"];

    private static readonly string[] Usual = ["type", "name", "path", "size", "sha"];

    public Tool Definition { get; } = Define.Read(
        "get_file_contents",
        "Get file or directory",
        "Reads a file of a repository, or lists a directory. Long files come in pieces: go on at next_offset. Secrets in a file are replaced by masks of the same length; leave masked "
            + "values as they are when you write the file back, or change other lines only.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "path": { "type": "string", "default": "/", "description": "Path of the file or directory; the root unless you say otherwise" },
            "ref": { "type": "string", "description": "A branch or a tag, by name or in full, such as refs/heads/main, or refs/pull/7/head; the default branch unless you say otherwise" },
            "sha": { "type": "string", "description": "A commit's id, instead of ref" },
            "fields": {{Schema.Fields(All, Usual)}},
            "offset": { "type": "integer", "minimum": 0, "description": "For a long file: the byte to begin at" },
            "limit": { "type": "integer", "minimum": 1000, "maximum": 200000, "description": "For a long file: bytes of one piece; 40000 unless you say otherwise" }
            """,
            "owner",
            "repo"),
        Schema.Output(
            $$"""
            "type": { "type": "string", "description": "file, dir, symlink or submodule" }, "path": { "type": "string" }, "uri": { "type": "string" },
            "sha": { "type": "string", "description": "The blob's id: what create_or_update_file takes as sha" }, "size": { "type": "integer" }, "mime_type": { "type": "string" },
            "text": { "type": "string" }, "target": { "type": "string" },
            "offset": { "type": "integer" }, "next_offset": { "type": "integer", "description": "Where to go on; absent at the end" },
            "entries": {{Schema.List(""" { "type": "object" } """)}}
            """,
            "type",
            "path"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var repository = arguments.Repository();
        var path = RepositoryPath.OrRoot(arguments, "path");
        var place = RepositoryPlace.Of(arguments.OptionalText("ref"), arguments.OptionalText("sha"));
        var fields = Fields.Of(arguments, All, Usual);
        var (offset, limit) = (arguments.OptionalInteger("offset", 0, int.MaxValue) ?? 0, (int)(arguments.OptionalInteger("limit", 1000, Cut.Most) ?? Cut.Usual));
        var (reference, failure) = await place.ResolveAsync(call.Api, repository, cancellationToken);
        if (failure is not null)
        {
            return failure;
        }

        var uri = new RepositoryUri(repository, place.Kind == PlaceKind.Named ? new(PlaceKind.Branch, place.Name) : place, path).ToString();
        return await FileReader.ReadAsync(call.Api, repository, path, reference, cancellationToken) switch
        {
            FileFound.Directory directory => Listed(directory, path, fields),
            FileFound.File file => Shown(file, path, uri, offset, limit),
            FileFound.Pointer pointer => ToolAnswer.Json(
                Json.Of(("type", pointer.Kind), ("path", path), ("sha", pointer.Sha), ("target", pointer.Target))),
            FileFound.Failed failed => failed.Answer,
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not shown."),
        };
    }

    private static ToolAnswer Listed(FileFound.Directory directory, string path, Fields fields)
    {
        var entries = Json.List(directory.Entries.OfType<JsonObject>().Select(entry => fields.Pick((JsonObject)entry.DeepClone())));
        return ToolAnswer.Json(new() { ["type"] = "dir", ["path"] = path, ["entries"] = entries }, entries.Written());
    }

    private static ToolAnswer Shown(FileFound.File file, string path, string uri, long offset, int limit)
    {
        var structured = Json.Of(("type", "file"), ("path", path), ("uri", uri), ("sha", file.Sha), ("size", file.Content.Length));
        if (FileMedia.IsText(file.Content.Span))
        {
            return Text(file, path, uri, Cut.Of(file.Content.Span, offset, limit), structured);
        }

        var image = FileMedia.ImageOf(file.Content.Span);
        if (file.Content.Length > MaxBinary)
        {
            return ToolAnswer.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} is no text and {file.Content.Length} bytes long; up to {MaxBinary} of such a file are handed out. Fetch it with git if you need it. (SHA: {file.Sha})"));
        }

        structured["mime_type"] = image ?? "application/octet-stream";
        return new()
        {
            Content =
            [
                new TextContentBlock { Text = string.Create(CultureInfo.InvariantCulture, $"{path}: {structured.Text("mime_type")}, {file.Content.Length} bytes (SHA: {file.Sha})") },
                image is not null
                    ? ImageContentBlock.FromBytes(file.Content, image)
                    : new EmbeddedResourceBlock { Resource = BlobResourceContents.FromBytes(file.Content, uri, "application/octet-stream") },
            ],
            Structured = structured,
        };
    }

    private static ToolAnswer Text(FileFound.File file, string path, string uri, Cut cut, JsonObject structured)
    {
        var type = FileMedia.TextTypeOf(file.Name);
        structured["mime_type"] = type;
        structured["text"] = cut.Text;
        if (cut.IsPartial)
        {
            structured["offset"] = cut.From;
        }

        if (cut.HasMore)
        {
            structured["next_offset"] = cut.End;
        }

        var said = cut.IsPartial
            ? string.Create(CultureInfo.InvariantCulture, $"{path}, bytes {cut.From} to {cut.End} of {cut.Whole} (SHA: {file.Sha}).{(cut.HasMore ? $" To go on: offset {cut.End}." : "")}")
            : $"{path} (SHA: {file.Sha})";
        return new()
        {
            Content = [new TextContentBlock { Text = said }, new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = cut.Text } }],
            Structured = structured,
        };
    }
}
