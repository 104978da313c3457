using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Shapes;

/// <summary>A commit.</summary>
internal static class CommitShape
{
    /// <summary>The members that can be asked for.</summary>
    public static readonly string[] All = ["sha", "html_url", "commit", "author", "committer"];

    private const string Person = """{ "type": "object", "properties": { "name": { "type": "string" }, "email": { "type": "string" }, "date": { "type": "string" } } }""";

    public const string Properties = $$"""
        "sha": { "type": "string" },
        "html_url": { "type": "string" },
        "commit": { "type": "object", "properties": { "message": { "type": "string" }, "author": {{Person}}, "committer": {{Person}} } },
        "author": {{UserShape.Schema}},
        "committer": {{UserShape.Schema}}
        """;

    public static JsonObject Of(JsonNode commit) => Json.Of(
        ("sha", commit.Text("sha")),
        ("html_url", commit.Text("html_url")),
        ("commit", Json.Of(
            ("message", commit.At("commit").Text("message")),
            ("author", PersonOf(commit.At("commit").At("author"))),
            ("committer", PersonOf(commit.At("commit").At("committer"))))),
        ("author", UserShape.Of(commit.At("author"))),
        ("committer", UserShape.Of(commit.At("committer"))));

    /// <summary>Who wrote it, as the commit itself says.</summary>
    public static JsonObject? PersonOf(JsonNode? person) => person is null ? null : Json.Of(("name", person.Text("name")), ("email", person.Text("email")), ("date", person.Text("date")));
}
