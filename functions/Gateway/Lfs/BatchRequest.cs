using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>How objects can be transferred: through the broker, whatever the upstream says.</summary>
internal sealed class BatchRequest(LfsRoute route, BatchCall call, LfsServices services) : LfsRequest(route, services)
{
    public override IReadOnlyList<Operation> Operations { get; } =
        [call.IsUpload ? Operation.PreparePush(route.Repository, call.Ref) : Operation.GitRead(route.Repository)];

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) =>
        ValueTask.FromResult(call.IsUpload ? null : ReadsById(grant));

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) => UpstreamLfs.Post(
        repository,
        BatchCall.Path,
        call.Write(),
        new LfsAnswer(Services, [200], (_, answer, _) => ValueTask.FromResult(BatchAnswer.Parse(answer, call, Services.Upstream).Succeeded(out var batch, out var refusal) ? Write(batch) : refusal)));

    private Outcome<byte[]> Write(BatchAnswer batch) => LfsJson.Write(json =>
    {
        json.WriteString("transfer", BatchCall.Basic);
        json.WriteString("hash_algo", BatchCall.Sha256);
        json.WriteStartArray("objects");
        foreach (var each in batch.Objects)
        {
            json.WriteStartObject();
            json.WriteString("oid", each.Object.Oid);
            json.WriteNumber("size", each.Object.Size);
            WriteWhatToDo(json, each);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private void WriteWhatToDo(Utf8JsonWriter json, AnsweredObject each)
    {
        if (each.Error is var (code, message))
        {
            json.WriteStartObject("error");
            json.WriteNumber("code", code);
            json.WriteString("message", message.Value);
            json.WriteEndObject();
            return;
        }

        if ((each.Download ?? each.Upload ?? each.Verify) is null)
        {
            // The upstream has it already.
            return;
        }

        json.WriteStartObject("actions");
        WriteAction(json, each.Download, "download", $"objects/{each.Object}");
        WriteAction(json, each.Upload, "upload", $"objects/{each.Object}");
        WriteAction(json, each.Verify, "verify", $"objects/{each.Object}/verify");
        json.WriteEndObject();
    }

    private void WriteAction(Utf8JsonWriter json, LfsAction? action, string name, string path)
    {
        if (action is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("href", Services.AddressOf(Route, path));
        if (name == "upload")
        {
            // Some hosts read a body that says how long it is whole before anybody sees it; git-lfs sends one in chunks that is told to.
            json.WriteStartObject("header");
            json.WriteString("Transfer-Encoding", "chunked");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
