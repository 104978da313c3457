using System.Collections.Immutable;
using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>A batch: which objects, which way (docs/api/batch.md).</summary>
/// <param name="IsUpload">True for <c>upload</c>, false for <c>download</c>.</param>
/// <param name="Ref">The ref that uploads are for; null when none is named.</param>
/// <param name="Objects">At least one, each once.</param>
internal sealed record BatchCall(bool IsUpload, RefName? Ref, ImmutableArray<LfsObject> Objects)
{
    public const string Path = "objects/batch";
    public const string Basic = "basic";
    public const string Sha256 = "sha256";

    /// <summary>A batch of one object.</summary>
    public static BatchCall Of(bool isUpload, LfsObject named) => new(isUpload, null, [named]);

    public static Outcome<BatchCall> Parse(LfsMembers json, LfsOptions options)
    {
        if (!json.TryText("operation", out var operation) || operation is not ("download" or "upload"))
        {
            return Refusals.Malformed("The operation is download or upload.");
        }

        if (!json.TryText("hash_algo", out var algorithm) || algorithm is not (null or Sha256))
        {
            return Refusals.NotSupported("The only hash of objects taken is sha256.");
        }

        if (!json.TryArray("transfers", out var transfers) || !(transfers is null or { Count: 0 } || transfers.Any(static each => each.ValueKind == JsonValueKind.String && each.ValueEquals(Basic))))
        {
            return Refusals.NotSupported("The only way of transferring objects is basic.");
        }

        if (!json.TryRef(out var named))
        {
            return Refusals.Malformed("The ref is not a full name, such as refs/heads/main.");
        }

        if (!json.TryArray("objects", out var objects) || objects is not { Count: > 0 })
        {
            return Refusals.Malformed("The batch names no objects.");
        }

        if (objects.Count > options.MaxObjects)
        {
            return new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText($"The batch names more than {options.MaxObjects} objects; set lfs.transfer.batchSize lower."), $"{objects.Count} objects");
        }

        var read = ImmutableArray.CreateBuilder<LfsObject>(objects.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var each in objects)
        {
            if (LfsMembers.Of(each) is not { } members || !members.TryText("oid", out var oid) || !members.TryNumber("size", out var size) || !LfsObject.TryCreate(oid, size, out var one))
            {
                return Refusals.Malformed("An object of the batch is not an oid of 64 lower-case hexadecimal digits and a size.");
            }

            if (one.Size > options.MaxObjectBytes)
            {
                return new Refusal(Stage.Classify, RefusalKind.TooLarge, new CallerText($"An object is longer than {options.MaxObjectBytes} bytes."), $"{one.Size} bytes");
            }

            if (!seen.Add(one.Oid))
            {
                return Refusals.Malformed("The batch names an object twice.");
            }

            read.Add(one);
        }

        return new BatchCall(operation == "upload", named, read.ToImmutable());
    }

    public byte[] Write() => LfsJson.Write(json =>
    {
        json.WriteString("operation", IsUpload ? "upload" : "download");
        json.WriteStartArray("transfers");
        json.WriteStringValue(Basic);
        json.WriteEndArray();
        LfsJson.WriteRef(json, Ref);
        json.WriteStartArray("objects");
        foreach (var each in Objects)
        {
            json.WriteStartObject();
            json.WriteString("oid", each.Oid);
            json.WriteNumber("size", each.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("hash_algo", Sha256);
    });
}
