using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.GitHub.Rest.Secrets;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>
/// Looks through what a call sends, once and whatever its route: texts of issues and comments, messages, names, settings. What becomes a file is looked through as that; what is meant to
/// hold a secret may.
/// </summary>
internal static class RestWritten
{
    private const string Hooks = "/repos/{owner}/{repo}/hooks";

    /// <summary>The secrets in its body; a refusal when there is a mask in it.</summary>
    public static Outcome<FoundSecrets> Look(RestInput input, WriteScanner scanner)
    {
        if (input.Route.Method == "GET" || (input.Body.Json is null && input.Body.Bytes is null))
        {
            return FoundSecrets.None;
        }

        using var written = new Written(scanner);
        written.Add(input.Body.Json, "", (at, value) => PartOf(input.Route, at, value));
        if (input.Body.Bytes is { } bytes)
        {
            written.Add(bytes.Span, "the body", mayHoldSecrets: false);
        }

        return written.End();
    }

    private static WrittenPart? PartOf(ApiRoute route, string at, JsonValue value) => (route.Id, at) switch
    {
        // Compared with what stands there, by the examiner.
        ("PUT /repos/{owner}/{repo}/contents/{path}", "content") => WrittenPart.Elsewhere,
        ("POST /repos/{owner}/{repo}/git/blobs", "content") => new(Decoded(value), "the blob"),
        ("POST /repos/{owner}/{repo}/git/trees", _) when at.EndsWith("].content", StringComparison.Ordinal) => new(Bytes(value), Sibling(value, "path")),

        // The address of a webhook is often a credential, and its secret is one.
        (_, "config.url" or "config.secret") when route.Template.StartsWith(Hooks, StringComparison.Ordinal) => new(Bytes(value), MayHoldSecrets: true),
        (_, "url" or "secret") when route.Template == Hooks + "/{hook_id}/config" => new(Bytes(value), MayHoldSecrets: true),

        // Filled by the broker, where the policy lets it.
        _ when value.TryGetValue<string>(out var text) && SecretUsePlace.IsPlaced(route, at, text) => WrittenPart.Elsewhere,

        // Sealed for GitHub alone.
        (_, "encrypted_value") when route.Template.EndsWith("/secrets/{secret_name}", StringComparison.Ordinal) => new(Bytes(value), MayHoldSecrets: true),
        _ => null,
    };

    private static byte[] Decoded(JsonValue content)
    {
        if (Sibling(content, "encoding") == "base64")
        {
            var text = content.GetValue<string>();
            var bytes = new byte[(text.Length / 4 * 3) + 3];
            if (Convert.TryFromBase64String(text, bytes, out var length))
            {
                return bytes[..length];
            }
        }

        return Bytes(content);
    }

    private static byte[] Bytes(JsonValue value) => System.Text.Encoding.UTF8.GetBytes(value.GetValue<string>());

    private static string? Sibling(JsonValue value, string name) =>
        value.Parent is JsonObject parent && parent[name] is JsonValue sibling && sibling.TryGetValue<string>(out var text) ? text : null;
}
