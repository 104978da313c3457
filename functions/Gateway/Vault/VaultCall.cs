using System.Collections.Immutable;
using System.Text.Json;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Vault;

/// <summary>One request to a vault, understood.</summary>
/// <param name="route">What is asked.</param>
/// <param name="query">Which version of the API, and which page.</param>
/// <param name="body">What is sent; null for nothing.</param>
/// <param name="form">In which form a value is asked for.</param>
/// <param name="parts">What it is answered with.</param>
internal sealed class VaultCall(VaultRoute route, VaultQuery query, VaultBody? body, RevealForm form, VaultCallParts parts) : ProtocolRequest, ISecretRequest, IApprovable
{
    private SecretCall? _granted;

    public override IReadOnlyList<Operation> Operations { get; } = [Operation.Secret(route.Vault, route.Name, CallOf(route, form))];

    public override ISecretRequest? SecretRequest => this;

    public override IApprovable? Approvable => this;

    public override int Points => Writes ? 5 : 1;

    public SecretTarget Target => new(route.Vault, route.Name);

    public string Method => route.Action switch
    {
        VaultAction.Set => "PUT",
        VaultAction.Update => "PATCH",
        VaultAction.Delete => "DELETE",
        VaultAction.Recover => "POST",
        _ => "GET",
    };

    public string PathAndQuery => $"vaults/{route.Vault}/{route.Path}?api-version={query.ApiVersion}";

    public bool Writes => route.Action is VaultAction.Set or VaultAction.Update or VaultAction.Delete or VaultAction.Recover;

    public string? SentValue => body?.Value;

    public ImmutableArray<string> Summary =>
    [
        $"{Words} the secret {route.Vault}/{route.Name?.Value ?? "*"}{(route.Version is { } version ? $", version {version}" : "")}",
        .. body?.Value is { } value ? [$"the new value has {VaultKeys.LengthClass(value)} bytes"] : (string[])[],
    ];

    // What a read that leaves it to the policy would be given: who agreed to a mask did not agree to the value.
    public void BindGrant(Grant grant) => _granted = grant.Secrets?.Call;

    // A page's token differs from time to time and says nothing of what is done. The form does.
    public Fingerprint FingerprintFor(PersonId person, TargetIdentity target) => Fingerprints.OfSecret(
        person, (SecretIdentity)target, Method, $"{route.Path} as {form}", Call with { OrValue = false }, parts.Shapes.DigestOf(Described(withValue: true)));

    public ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new ApprovalSnapshot
    {
        Request = parts.Snapshots.Of(Method, $"/vaults/{route.Vault}/{route.Path}", "", body is null ? null : Described(withValue: false)),
    });

    // Nothing of a JSON answer can be said before the answer: the caller comes again.
    public IWaitingCaller? WaitOn(HttpContext context) => null;

    public async ValueTask<Outcome<SecretReply>> AskAsync(SecretAsking asking, CancellationToken cancellationToken)
    {
        var (vault, name) = (asking.Vault, route.Name);
        switch (route.Action)
        {
            case VaultAction.List or VaultAction.ListVersions or VaultAction.ListDeleted:
                return await ListAsync(asking, cancellationToken);
            case VaultAction.Get:
                return await GetAsync(asking, cancellationToken);
            case VaultAction.Set:
                return Changed(asking, await vault.SetAsync(name!, body!.Value!, body.Change, cancellationToken), "set");
            case VaultAction.Update:
                return await UpdateAsync(asking, cancellationToken);
            case VaultAction.Delete:
                return Changed(asking, await vault.DeleteAsync(name!, cancellationToken), "deleted");
            case VaultAction.Recover:
                return Changed(asking, await vault.RecoverAsync(name!, cancellationToken), "recovered");
            case VaultAction.GetDeleted:
                return Described(asking, await vault.GetDeletedAsync(name!, cancellationToken));
            default:
                throw new InvalidOperationException("An unknown action.");
        }
    }

    private SecretCall Call => _granted ?? (SecretCall)Operations[0].Details;

    private static SecretCall CallOf(VaultRoute route, RevealForm form) => route.Action switch
    {
        VaultAction.List or VaultAction.ListVersions or VaultAction.ListDeleted or VaultAction.GetDeleted => new(SecretVerb.List),
        VaultAction.Get => form == RevealForm.Value ? new(SecretVerb.Get) : new(SecretVerb.GetMasked) { OrValue = form == RevealForm.ByPolicy },
        VaultAction.Delete => new(SecretVerb.Delete),
        _ => new(SecretVerb.Set),
    };

    private string Words => route.Action switch
    {
        VaultAction.List => "list",
        VaultAction.ListVersions => "list the versions of",
        VaultAction.ListDeleted => "list what was deleted of",
        VaultAction.GetDeleted => "look at the deleted version of",
        VaultAction.Get => form != RevealForm.Mask && Call.Verb == SecretVerb.Get ? "read the value of" : "read the mask of",
        VaultAction.Set => "set",
        VaultAction.Update => "change the attributes of",
        VaultAction.Delete => "delete",
        VaultAction.Recover => "recover",
        _ => throw new InvalidOperationException("An unknown action."),
    };

    private async ValueTask<Outcome<SecretReply>> ListAsync(SecretAsking asking, CancellationToken cancellationToken)
    {
        var (page, skip) = ((string?)null, 0);
        if (query.Page is { } token)
        {
            if (parts.Pages.Open(route, token) is not { } opened)
            {
                return Refusals.Malformed("This $skiptoken is not one of the broker's for this list.") with { Code = VaultRefusal.BadParameter };
            }

            (page, skip) = opened;
        }

        while (true)
        {
            var listed = await PageAsync(asking.Vault, page, cancellationToken);
            if (listed.Value is not { } found)
            {
                return Fault(listed.Fault!);
            }

            // Counted are those that may be listed: how many others there are is not to be told from what is left of a page.
            var open = found.Items.Where(facts => route.Name is not null || asking.Grant.Secrets!.MayList(facts.Name)).ToArray();
            var end = Math.Min(open.Length, skip + (query.MaxResults ?? open.Length));
            var shown = open[Math.Min(skip, end)..end];
            if (shown.Length == 0 && found.Next is { } further)
            {
                (page, skip) = (further, 0);
                continue;
            }

            var next = end < open.Length ? parts.Pages.Seal(route, page, end) : found.Next is { } after ? parts.Pages.Seal(route, after, 0) : null;
            return new SecretReply(StatusCodes.Status200OK, VaultJson.Page(asking.Vault.Address, shown, next is null ? null : LinkTo(next), asking.Mask));
        }
    }

    private ValueTask<VaultOutcome<SecretPage>> PageAsync(ISecretVault vault, string? page, CancellationToken cancellationToken) => route.Action switch
    {
        VaultAction.List => vault.ListAsync(page, cancellationToken),
        VaultAction.ListDeleted => vault.ListDeletedAsync(page, cancellationToken),
        _ => vault.ListVersionsAsync(route.Name!, page, cancellationToken),
    };

    /// <summary>Back at the broker, by its configured address: clients follow it as it is.</summary>
    private string LinkTo(string token) =>
        new Uri(parts.Links.Root, $"/vaults/{route.Vault}/{route.Path}?api-version={query.ApiVersion}{(query.MaxResults is { } most ? $"&maxresults={most}" : "")}&$skiptoken={token}").AbsoluteUri;

    private async ValueTask<Outcome<SecretReply>> GetAsync(SecretAsking asking, CancellationToken cancellationToken)
    {
        var read = await asking.Vault.GetAsync(route.Name!, route.Version, cancellationToken);
        if (read.Value is not { } secret)
        {
            return Fault(read.Fault!);
        }

        // The grant says which of the two it is; what was asked for may be less, and never is more.
        if (form != RevealForm.Mask && asking.Grant.Secrets!.Call.Verb == SecretVerb.Get)
        {
            return new SecretReply(StatusCodes.Status200OK, VaultJson.Secret(asking.Vault.Address, secret.Facts, secret.Value, shape: null, asking.Mask)) { Read = secret, HoldsValue = true };
        }

        var shape = asking.Shape(secret.Value);
        return new SecretReply(StatusCodes.Status200OK, VaultJson.Secret(asking.Vault.Address, secret.Facts, shape.Mask, shape, asking.Mask)) { Read = secret };
    }

    private async ValueTask<Outcome<SecretReply>> UpdateAsync(SecretAsking asking, CancellationToken cancellationToken)
    {
        // The vault takes a version for this; without one its current one is meant.
        var version = route.Version;
        if (version is null)
        {
            var current = await asking.Vault.GetAsync(route.Name!, version: null, cancellationToken);
            if (current.Value is not { Facts.Version: { } known })
            {
                return Fault(current.Fault ?? new VaultFault(VaultFaultKind.NotFound, "SecretNotFound", "no current version"));
            }

            version = known;
        }

        return Changed(asking, await asking.Vault.UpdateAsync(route.Name!, version, body!.Change, cancellationToken), "updated");
    }

    private Outcome<SecretReply> Changed(SecretAsking asking, VaultOutcome<SecretFacts> done, string change) => done.Value is not { } facts
        ? Fault(done.Fault!)
        : new SecretReply(StatusCodes.Status200OK, Described(asking, facts)) { Changed = (facts, change) };

    private Outcome<SecretReply> Described(SecretAsking asking, VaultOutcome<SecretFacts> found) =>
        found.Value is { } facts ? new SecretReply(StatusCodes.Status200OK, Described(asking, facts)) : Fault(found.Fault!);

    private byte[] Described(SecretAsking asking, SecretFacts facts) =>
        body?.Value is { } sent && asking.Shape(sent) is var shape
            ? VaultJson.Secret(asking.Vault.Address, facts, shape.Mask, shape, asking.Mask)
            : VaultJson.Secret(asking.Vault.Address, facts, value: null, shape: null, asking.Mask);

    private Refusal Fault(VaultFault fault) => Refusals.From(Stage.Forward, Target, fault);

    /// <summary>What is sent, written in one way only; for people without the value.</summary>
    private byte[] Described(bool withValue)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (body?.Value is { } value)
            {
                json.WriteString("value", withValue ? value : "(a new value; it is never shown)");
            }

            if (body?.Change is { } change)
            {
                json.WriteString("contentType", change.ContentType);
                json.WriteString("enabled", change.IsEnabled?.ToString());
                json.WriteString("notBefore", change.NotBefore?.ToString("u"));
                json.WriteString("expires", change.Expires?.ToString("u"));
                json.WriteStartObject("tags");
                foreach (var (name, text) in change.Tags ?? ImmutableSortedDictionary<string, string>.Empty)
                {
                    json.WriteString(name, text);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}

/// <summary>What requests to vaults are answered with.</summary>
/// <param name="Shapes">What may be told of values.</param>
/// <param name="Pages">Where lists go on.</param>
/// <param name="Snapshots">What people are shown.</param>
/// <param name="Links">Where clients reach the broker.</param>
internal sealed record VaultCallParts(SecretShapes Shapes, VaultPages Pages, RequestSnapshots Snapshots, ApprovalLinks Links);

/// <summary>In which form a value is asked for.</summary>
internal enum RevealForm
{
    /// <summary>As the policy has it: the mask where it gives that, else the value.</summary>
    ByPolicy,

    /// <summary>The mask, whatever the policy would give.</summary>
    Mask,

    /// <summary>The value, or nothing.</summary>
    Value,
}
