using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using Sodium;

namespace CursorBroker.Gateway.GitHub.Rest.Secrets;

/// <summary>Sets a secret of GitHub to a vault's, unseen by who asks: what is approved and recorded holds the placeholder, what is sent the sealed value.</summary>
internal sealed class SecretUseRequest(RestCall call, RestInput input, RestServices services, SecretTarget secret) : RestRequest(call, input, services)
{
    private const int MaxKeyBytes = 64 * 1024;
    private const int KeyLength = 32;

    private readonly RestInput _input = input;
    private SecretVersionId? _expected;
    private JsonObject? _sealed;

    public override IReadOnlyList<Operation> Operations { get; } =
    [
        .. input.Secrets.In([Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall())]),
        Operation.Secret(secret.Vault, secret.Name, new SecretCall(SecretVerb.Use) { To = SecretUse.GitHubActionsSecret, Into = call.Repository }),
    ];

    public override ImmutableArray<string> Summary => [.. base.Summary, $"with the value of {secret}{(_expected is { } version ? $", version {version}" : "")}, which nobody is shown"];

    protected override JsonNode? Json => _sealed ?? _input.Body.Json;

    protected override string ResolvedState => _expected?.Value ?? "";

    public override void BindUses(IReadOnlyList<SecretIdentity> secrets) => _expected = secrets.Single(each => each.Target == secret).Current;

    public override SecretVersionId? ExpectedVersion(SecretTarget used) => _expected;

    public override async ValueTask<Refusal?> PlaceAsync(IReadOnlyDictionary<SecretTarget, string> values, IUpstreamReader upstream, CancellationToken cancellationToken)
    {
        var name = upstream.Repository.Name;
        var path = ApiPath.Write(SecretUsePlace.KeyPathOf(Call.Route), Call.Match.Parameters.Remove("secret_name").SetItem("owner", name.Owner).SetItem("repo", name.Name));
        if (!(await upstream.AskAsync(path, MaxKeyBytes, cancellationToken)).Succeeded(out var reply, out var refusal))
        {
            return refusal;
        }

        if (reply.Status != 200 || ReadKey(reply.Body) is not var (id, key))
        {
            return new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub gives no public key to seal the secret with."), $"{path} answered {reply.Status}");
        }

        var box = SealedPublicKeyBox.Create(Encoding.UTF8.GetBytes(values[secret]), key);
        _sealed = new JsonObject { ["encrypted_value"] = Convert.ToBase64String(box), ["key_id"] = id };
        BodyChanged();
        return null;
    }

    private static (string Id, byte[] Key)? ReadKey(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("key_id").GetString() is { Length: > 0 } id && json.RootElement.GetProperty("key").GetBytesFromBase64() is { Length: KeyLength } key ? (id, key) : null;
        }
        catch (Exception unread) when (unread is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // The caller of this says that there is none.
            return null;
        }
    }
}
