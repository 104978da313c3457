using System.Text;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Masking;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// The last steps of a request to a vault, in the order of every other: the intent durable, the vault asked, whatever was read known as a secret and on record, and only then an answer. There is no
/// credential to mint: the broker's own identity is what the vault knows. And the secrets that a request to GitHub puts somewhere unseen.
/// </summary>
internal sealed class SecretCalls(ISecretVaults vaults, SharedSecrets shared, SecretShapes shapes, EndRecords ends, TimeProvider time)
{
    /// <summary>How long a value that was read, sent or used is masked wherever else it turns up.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);

    // As long as an answer may be under way that was begun while the value was sent.
    private static readonly TimeSpan SentFor = TimeSpan.FromMinutes(10);

    /// <summary>How a secret stands: its current version, where there is one.</summary>
    public async ValueTask<Outcome<SecretIdentity>> IdentifyAsync(SecretTarget target, CancellationToken cancellationToken)
    {
        if (vaults.Find(target.Vault) is not { } vault)
        {
            return Refusals.UnknownVault(Stage.Approve, $"the broker has no vault {target.Vault}");
        }

        if (target.Name is not { } name)
        {
            return new SecretIdentity(target, null);
        }

        // The vault itself says which one is current; only of a disabled one it does not, and then the newest is.
        var current = await vault.GetAsync(name, version: null, cancellationToken);
        if (current.Value is { } secret)
        {
            return new SecretIdentity(target, secret.Facts.Version);
        }

        if (current.Fault!.Kind != VaultFaultKind.Disabled)
        {
            return current.Fault.Kind == VaultFaultKind.NotFound ? new SecretIdentity(target, null) : Refusals.From(Stage.Approve, target, current.Fault);
        }

        var versions = new List<SecretFacts>();
        string? page = null;
        do
        {
            var listed = await vault.ListVersionsAsync(name, page, cancellationToken);
            if (listed.Value is not { } found)
            {
                return Refusals.From(Stage.Approve, target, listed.Fault!);
            }

            versions.AddRange(found.Items);
            page = found.Next;
        }
        while (page is not null);

        return new SecretIdentity(target, versions.OrderByDescending(static each => each.Created).ThenBy(static each => each.Version?.Value, StringComparer.Ordinal).FirstOrDefault()?.Version);
    }

    /// <summary>Tells a request how the secrets stand that it uses; null when it uses none, or all is well.</summary>
    public async ValueTask<Refusal?> BindAsync(ProtocolRequest request, Grant grant, CancellationToken cancellationToken)
    {
        var found = new List<SecretIdentity>();
        foreach (var use in grant.Uses)
        {
            if (!(await IdentifyAsync((SecretTarget)use.Target, cancellationToken)).Succeeded(out var secret, out var refusal))
            {
                return refusal;
            }

            found.Add(secret);
        }

        if (found.Count > 0)
        {
            request.BindUses(found);
        }

        return null;
    }

    /// <summary>Has a request put the values of the secrets that it uses where they go; null when it uses none, or all is well.</summary>
    public async ValueTask<Refusal?> PlaceAsync(ProtocolRequest request, IUpstreamReader upstream, Grant grant, Caller caller, string destination, Exchange exchange, CancellationToken cancellationToken)
    {
        var values = new Dictionary<SecretTarget, string>();
        var used = new List<SecretUsed>();
        foreach (var use in grant.Uses)
        {
            var (target, call) = ((SecretTarget)use.Target, use.Secrets!.Call);
            if (vaults.Find(target.Vault) is not { } vault)
            {
                return Refusals.UnknownVault(Stage.Credential, $"the broker has no vault {target.Vault}");
            }

            var read = await vault.GetAsync(target.Name!, version: null, cancellationToken);
            if (read.Value is not { } secret)
            {
                return Refusals.From(Stage.Credential, target, read.Fault!);
            }

            // The vault hands out what has expired; putting it into use is another thing.
            if (!secret.Facts.MayBeUsed(time.GetUtcNow()))
            {
                return new Refusal(Stage.Credential, RefusalKind.Conflict, new CallerText($"The secret {target} has expired or is not valid yet, so it is not put into use."), "past its time");
            }

            if (request.ExpectedVersion(target) is { } expected && expected != secret.Facts.Version)
            {
                return Changed(target);
            }

            var known = await shared.AddAsync(secret.Value, time.GetUtcNow() + KnownFor, cancellationToken);
            used.Add(new(caller.Person.ToString(), target.Vault.Value, target.Name!.Value, secret.Facts.Version?.Value, SecretVerbs.WordOf(call.To!.Value), destination, known));
            values[target] = secret.Value;
        }

        if (values.Count > 0 && await request.PlaceAsync(values, upstream, cancellationToken) is { } unplaced)
        {
            return unplaced;
        }

        // Durable with the intent, before anything is sent.
        used.ForEach(exchange.Add);
        return null;
    }

    /// <summary>Null when it was answered; otherwise why not.</summary>
    public async ValueTask<Refusal?> RunAsync(
        HttpContext context, ISecretRequest request, Examined examined, Grant grant, ForwardIntended intent, AnswerMasking masking, Exchange exchange, CancellationToken cancellationToken)
    {
        var (target, caller) = (request.Target, exchange.Caller!);
        if (vaults.Find(target.Vault) is not { } vault)
        {
            return Refusals.UnknownVault(Stage.Credential, $"the broker has no vault {target.Vault}");
        }

        if (examined.IsIdentified)
        {
            // People agreed to what is done to this version.
            if (!(await IdentifyAsync(target, cancellationToken)).Succeeded(out var present, out var unknown))
            {
                return unknown;
            }

            if (!examined.IsOf(present))
            {
                return Changed(target);
            }
        }

        exchange.Add(intent);
        await exchange.CommitAsync(cancellationToken);
        if (request.SentValue is { } sent)
        {
            // Until the vault has it, it is a secret only here: else anybody could have anything masked everywhere.
            shared.AddHere(sent, time.GetUtcNow() + SentFor);
        }

        var asking = new SecretAsking(vault, grant, caller, value => shapes.Of(value, masking), text => Encoding.UTF8.GetString(masking.MaskBody(Encoding.UTF8.GetBytes(text), TextForm.Text).Span));
        var asked = await request.AskAsync(asking, cancellationToken);
        if (!asked.Succeeded(out var reply, out var refusal))
        {
            exchange.Add(End(exchange, refusal.HttpStatus, 0, isUnmasked: false, refusal.Detail));
            return refusal;
        }

        if (request.SentValue is { } taken)
        {
            // Whether it can be masked by value is told when somebody reads it.
            _ = await shared.AddAsync(taken, time.GetUtcNow() + KnownFor, cancellationToken);
        }

        if (reply.Read is { } read)
        {
            // Known everywhere, and on record, before anything of it is out.
            var known = await shared.AddAsync(read.Value, time.GetUtcNow() + KnownFor, cancellationToken);
            exchange.Add(new SecretRead(caller.Person.ToString(), target.Vault.Value, read.Facts.Name.Value, read.Facts.Version?.Value, reply.HoldsValue ? "value" : "mask", known));
        }

        if (reply.Changed is var (facts, change))
        {
            exchange.Add(new SecretChanged(caller.Person.ToString(), target.Vault.Value, facts.Name.Value, facts.Version?.Value, change));
        }

        if (masking.Found is { } found)
        {
            exchange.Add(found);
        }

        if (exchange.HasMore)
        {
            await exchange.CommitAsync(cancellationToken);
        }

        await reply.WriteAsync(context.Response, cancellationToken);
        exchange.Add(End(exchange, reply.Status, reply.Body.Length, reply.HoldsValue, failure: null));
        await ends.RecordAsync(exchange, isWaitedFor: request.Writes);
        return null;
    }

    private static Refusal Changed(SecretTarget target) => new(
        Stage.Credential, RefusalKind.Conflict, new CallerText($"The secret {target} was changed since people agreed to this; nothing was done. Send it again to ask anew."), "another version");

    private static ExchangeCompleted End(Exchange exchange, int status, long bytesOut, bool isUnmasked, string? failure) =>
        new(status, null, 0, bytesOut, exchange.ElapsedMilliseconds, isUnmasked, failure, []);
}
