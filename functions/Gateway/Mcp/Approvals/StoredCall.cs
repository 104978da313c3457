using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Calls;

namespace CursorBroker.Gateway.Mcp.Approvals;

/// <summary>A changing call that waits for an approval, as it rests in State (sealed). Add members, never change one: what waits is read by them.</summary>
/// <param name="Tool">The tool that made it.</param>
/// <param name="Method">Its HTTP method.</param>
/// <param name="Face">Which API.</param>
/// <param name="Path">Its path, encoded.</param>
/// <param name="Query">Its query, not encoded.</param>
/// <param name="Body">Its JSON body; null for none.</param>
/// <param name="Accept">The media type that was asked for.</param>
/// <param name="MaxBytes">Longest answer.</param>
internal sealed record StoredCall(
    string Tool, string Method, ApiFace Face, string Path, ImmutableArray<KeyValuePair<string, string>> Query, JsonNode? Body, string Accept, int MaxBytes)
{
    public static StoredCall Of(string tool, ApiCallRequest call) => new(tool, call.Method.Method, call.Path.Face, call.Path.Value, call.Query, call.Body, call.Accept, call.MaxBytes);

    public static StoredCall Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<StoredCall>(json) ?? throw new JsonException("A stored call is null.");

    /// <summary>Not the query and not the body, which may hold a secret.</summary>
    public override string ToString() => $"{Tool}: {Method} {Path}";

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this);

    public ApiCallRequest ToCall() => new(HttpMethod.Parse(Method), ApiPath.Restore(Face, Path)) { Query = Query, Body = Body, Accept = Accept, MaxBytes = MaxBytes };
}
