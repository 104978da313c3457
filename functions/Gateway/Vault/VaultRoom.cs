using System.Text;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Vault;

/// <summary>Key Vault's secrets REST API.</summary>
internal sealed class VaultRoom(IPolicySource policies, IWriteScanners scanners, VaultCallParts parts) : IProtocolRoom
{
    /// <summary>By which a caller says in which form a value is wanted: <c>value</c> or <c>mask</c>.</summary>
    public const string RevealHeader = "X-Broker-Reveal";

    public async ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var (path, queryText) = VaultRoute.TargetOf(request);
        if (!VaultRoute.TryRead(request.Method, path, out var route, out var refused))
        {
            return refused is not null ? Refusals.NotSupported(refused) : Refusals.UnknownVault(Stage.Classify, "the path is none that a vault serves");
        }

        var isList = route.Action is VaultAction.List or VaultAction.ListVersions or VaultAction.ListDeleted;
        if (!VaultQuery.Parse(queryText, isList).Succeeded(out var query, out var refusal))
        {
            return refusal;
        }

        if (FormOf(request, query) is not { } form)
        {
            return Refusals.Malformed($"{RevealHeader} is 'value' or 'mask', said once: as a header or in the query.");
        }

        VaultBody? body = null;
        if (route.Action is VaultAction.Set or VaultAction.Update)
        {
            if (!(await VaultBody.ReadAsync(request, hasValue: route.Action == VaultAction.Set, cancellationToken)).Succeeded(out body, out refusal))
            {
                return refusal;
            }

            if (Written(body) is { } unwritable)
            {
                return unwritable;
            }
        }

        return new VaultCall(route, query, body, form, parts);
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        VaultRefusal.WriteAsync(context, refusal, refusal.Kind == RefusalKind.Unauthenticated ? VaultChallenge.Of(policies.Current) : null, cancellationToken);

    private static RevealForm? FormOf(HttpRequest request, VaultQuery query) => (request.Headers[RevealHeader], query.Reveal) switch
    {
        ([], null) => RevealForm.ByPolicy,
        (["value"], null) or ([], "value") => RevealForm.Value,
        (["mask"], null) or ([], "mask") => RevealForm.Mask,
        _ => null,
    };

    /// <summary>A mask never becomes a value, a placeholder in one is not filled, and what everybody reads who may list (content type, tags) holds no secret.</summary>
    private Refusal? Written(VaultBody body)
    {
        if (body.Value is { } value)
        {
            using var scan = scanners.Current.Begin();
            scan.Push(Encoding.UTF8.GetBytes(value), end: true);
            if (scan.Verdict.Masks.FirstOrDefault() is { } mask)
            {
                return WriteRefusals.OfMask(Stage.Classify, "value", mask.Line, mask.IsPlaceholder);
            }
        }

        var said = string.Join('\n', [body.Change.ContentType ?? "", .. (body.Change.Tags?.AsEnumerable() ?? []).SelectMany(static tag => (string[])[tag.Key, tag.Value])]);
        using var texts = scanners.Current.Begin();
        texts.Push(Encoding.UTF8.GetBytes(said), end: true);
        return texts.Verdict.Masks.FirstOrDefault() is { } written ? WriteRefusals.OfMask(Stage.Classify, "contentType or tags", 1, written.IsPlaceholder)
            : texts.Verdict.AddedTo() is [var secret, ..]
                ? Refusals.Malformed($"The content type or a tag holds a secret (rule {secret.Rule}); only the value may, since the rest is shown to whoever may list.")
            : null;
    }
}
