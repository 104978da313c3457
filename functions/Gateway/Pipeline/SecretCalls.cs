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
    private const string NotKnown = "Whether the secret was changed is not known: look before you try again.";

    /// <summary>How long a value that was read, sent or used is masked wherever else it turns up.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);

    /// <summary>The longest that a vault may take for a change: nobody ends one that may be done already, but it does not last for ever.</summary>
    public static readonly TimeSpan ChangesWithin = TimeSpan.FromMinutes(2);

    /// <summary>Most pages of a disabled secret's versions that are looked at for its newest one.</summary>
    private const int MostPages = 40;

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

        SecretFacts? newest = null;
        string? page = null;
        for (var pages = 0; pages == 0 || page is not null; pages++)
        {
            if (pages == MostPages)
            {
                return new Refusal(
                    Stage.Approve, RefusalKind.Conflict, new CallerText($"The secret {target} is disabled and has too many versions to tell which is the newest; enable it first."), $"more than {MostPages} pages of versions");
            }

            var listed = await vault.ListVersionsAsync(name, page, cancellationToken);
            if (listed.Value is not { } found)
            {
                return Refusals.From(Stage.Approve, target, listed.Fault!);
            }

            newest = found.Items.Append(newest).OfType<SecretFacts>().OrderByDescending(static each => each.Created).ThenBy(static each => each.Version?.Value, StringComparer.Ordinal).FirstOrDefault();
            page = found.Next;
        }

        return new SecretIdentity(target, newest?.Version);
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

        var asking = new SecretAsking(vault, grant, caller, value => shapes.Of(value, masking, isSent: request.SentValue is not null), text => Encoding.UTF8.GetString(masking.MaskBody(Encoding.UTF8.GetBytes(text), TextForm.Text).Span));
        using var own = new CancellationTokenSource(ChangesWithin, time);

        // From here on a change may be done whether its caller waits for it or not.
        var stop = request.Writes ? own.Token : cancellationToken;
        var isOnRecord = false;
        Outcome<SecretReply> asked;
        try
        {
            asked = await request.AskAsync(asking, stop);
        }
        catch (Exception broken) when (request.Writes)
        {
            await RecordUnknownAsync(target, exchange);
            isOnRecord = true;
            if (broken is not OperationCanceledException || !own.IsCancellationRequested)
            {
                throw;
            }

            asked = Refusals.Unavailable(Stage.Forward, $"The vault {target.Vault} did not answer. {NotKnown}", $"no answer to a change within {ChangesWithin}");
        }

        if (!asked.Succeeded(out var reply, out var refusal))
        {
            if (request.Writes && refusal.Kind == RefusalKind.Unavailable && !isOnRecord)
            {
                await RecordUnknownAsync(target, exchange);
                refusal = refusal with { Message = new CallerText($"{refusal.Message} {NotKnown}") };
            }

            exchange.Add(End(exchange, refusal.HttpStatus, 0, isUnmasked: false, refusal.Detail));
            return refusal;
        }

        if (reply.Read is { } read)
        {
            // Known everywhere, and on record, before anything of it is out.
            var known = await shared.AddAsync(read.Value, time.GetUtcNow() + KnownFor, stop);
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
            await exchange.CommitAsync(request.Writes ? CancellationToken.None : cancellationToken);
        }

        if (request.SentValue is { } taken)
        {
            // What was done is on record by now, whatever comes of this. Whether it can be masked by value is told when somebody reads it.
            _ = await shared.AddAsync(taken, time.GetUtcNow() + KnownFor, stop);
        }

        await reply.WriteAsync(context.Response, cancellationToken);
        exchange.Add(End(exchange, reply.Status, reply.Body.Length, reply.HoldsValue, failure: null));
        await ends.RecordAsync(exchange, isWaitedFor: request.Writes);
        return null;
    }

    private static async ValueTask RecordUnknownAsync(SecretTarget target, Exchange exchange)
    {
        exchange.Add(new SecretChanged(exchange.Caller!.Person.ToString(), target.Vault.Value, target.Name!.Value, null, "unknown"));
        await exchange.CommitAsync(CancellationToken.None);
    }

    private static Refusal Changed(SecretTarget target) => new(
        Stage.Credential, RefusalKind.Conflict, new CallerText($"The secret {target} was changed since people agreed to this; nothing was done. Send it again to ask anew."), "another version");

    private static ExchangeCompleted End(Exchange exchange, int status, long bytesOut, bool isUnmasked, string? failure) =>
        new(status, null, 0, bytesOut, exchange.ElapsedMilliseconds, isUnmasked, failure, []);
}
