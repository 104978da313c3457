using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Masking;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// The path of every request through the broker: authenticate, classify, authorize, approve, credential, forward, record.
/// Where it has to be looked up what a request would change, authorize happens twice, with the looking-up between.
/// What a step refuses ends the request; nothing is forwarded that a step did not pass, and nothing passes unrecorded.
/// </summary>
public sealed class RequestPipeline
{
    // An event has a largest size, and one that is too large takes the whole batch down with it: the decisions and the credential would go
    // unrecorded. Every operation has its own decision in the same batch, so that nothing is lost by not naming each of them twice.
    private const int MaxIntendedOperations = 500;

    private readonly Authentication _authentication;
    private readonly IPolicySource _policy;
    private readonly CallerLimit _limit;
    private readonly Examination _examination;
    private readonly Approving _approving;
    private readonly ICredentialVault _credentials;
    private readonly HandingOver _handingOver;
    private readonly SecretCalls _secrets;
    private readonly AnswerMasks _masks;
    private readonly UpstreamForwarder _forwarder;
    private readonly EndRecords _ends;
    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger<RequestPipeline> _logger;

    internal RequestPipeline(
        Authentication authentication,
        IPolicySource policy,
        CallerLimit limit,
        Examination examination,
        Approving approving,
        ICredentialVault credentials,
        HandingOver handingOver,
        SecretCalls secrets,
        AnswerMasks masks,
        UpstreamForwarder forwarder,
        EndRecords ends,
        ILedger ledger,
        TimeProvider time,
        ILogger<RequestPipeline> logger)
    {
        _authentication = authentication;
        _policy = policy;
        _limit = limit;
        _examination = examination;
        _approving = approving;
        _credentials = credentials;
        _handingOver = handingOver;
        _secrets = secrets;
        _masks = masks;
        _forwarder = forwarder;
        _ends = ends;
        _ledger = ledger;
        _time = time;
        _logger = logger;
    }

    /// <summary>Serves one request to its end. Throws nothing: what goes wrong is refused and recorded.</summary>
    public async Task RunAsync(HttpContext context, IProtocolRoom room)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(room);
        var aborted = context.RequestAborted;
        var exchange = new Exchange(_ledger, _time);
        context.Features.Set<IRequestMarks>(exchange);
        ProtocolRequest? request = null;
        AnswerMasking? refusals = null;
        Refusal? refusal;
        try
        {
            refusal = await ServeAsync();
        }
        catch (Exception gone) when (aborted.IsCancellationRequested && gone is OperationCanceledException or IOException)
        {
            refusal = new Refusal(Stage.Classify, RefusalKind.CallerGone, new CallerText("You went away."), gone.GetType().Name);
        }
        catch (AnswerRefusedException refused)
        {
            refusal = refused.Refusal;
        }
        catch (Exception failure) when (FailureOf(failure) is { } known)
        {
            _logger.BrokenInfrastructure(failure, exchange.Reference);
            refusal = known;
        }
        catch (Exception bug)
        {
            _logger.Bug(bug, exchange.Reference);
            refusal = new Refusal(Stage.Forward, RefusalKind.Internal, new CallerText("The broker failed."), bug.GetType().Name);
        }

        if (refusal is not null)
        {
            refusal = refusals?.MaskTexts(refusal) ?? refusal;
            await RefuseAsync(context, room, request, refusal with { Reference = exchange.Reference }, exchange);
        }

        async ValueTask<Refusal?> ServeAsync()
        {
            // The policy is taken once: a request is served under one version from end to end, unless it is looked into or waits for people.
            if (_policy.Current is not { } policy)
            {
                return Refusals.Unavailable(Stage.Authorize, "The broker has no valid policy.", _policy.Status.Problem ?? "No policy was ever loaded.");
            }

            // 1. authenticate
            if (!(await _authentication.AuthenticateAsync(context, room, policy, exchange, aborted)).Succeeded(out var caller, out var why))
            {
                return why;
            }

            // Whatever is said from here on may be about what is there.
            refusals = _masks.For(policy, exchange.Session!, grant: null, mayBeOpaque: false);

            // 2. classify
            if (!(await room.ClassifyAsync(context, aborted)).Succeeded(out request, out why))
            {
                return why;
            }

            if (_limit.Count(caller, request) is { } limited)
            {
                return limited;
            }

            if (await request.ResolveAsync(caller, policy, aborted) is { } unresolved)
            {
                return unresolved;
            }

            if (request is { NeedsUpstream: false, Operations.Count: 0 })
            {
                // About nothing but the caller: there is nothing to decide.
                return await AnswerAsync(policy, caller, grant: null);
            }

            // 3. authorize
            if (!(await _examination.ExamineAsync(policy, caller, request, exchange, aborted)).Succeeded(out var examined, out why))
            {
                return why;
            }

            await using var reading = examined;

            // A body may take its time to arrive; whoever begins to send before a right is taken away must not end with it.
            if (request.IsEffectPending)
            {
                if (_policy.Current is not { } now)
                {
                    return Refusals.Unavailable(Stage.Authorize, "The broker has no valid policy.", _policy.Status.Problem ?? "No policy is loaded any more.");
                }

                policy = now;
            }

            if (!Authorization.Decide(policy, caller, examined.Operations, exchange).Succeeded(out var authorized, out why))
            {
                return why;
            }

            if (request.HasOpaqueBody && OpaqueBodies.Refuse(authorized.Grant) is { } opaque)
            {
                return opaque;
            }

            // 4. approve
            var grant = authorized.Grant;
            if (!authorized.Requirements.IsEmpty)
            {
                // What people are asked about is one repository's.
                if (request.Approvable is not { } approvable || !grant.Others.IsEmpty)
                {
                    return CannotAsk(authorized);
                }

                // What people agree to is bound to this very repository, whatever has its name by then, and to the versions of secrets.
                if (!(await _examination.IdentifyAsync(request, examined, grant, exchange, aborted)).Succeeded(out examined, out why))
                {
                    return why;
                }

                if (!(await _approving.ApproveAsync(context, caller, approvable, examined, authorized, exchange, aborted)).Succeeded(out grant, out why))
                {
                    return why;
                }
            }

            if (!request.NeedsUpstream)
            {
                return await AnswerAsync(policy, caller, grant);
            }

            if (request.AsksForCredential)
            {
                return await _handingOver.RunAsync(context, request, examined.Operations, grant, exchange, aborted);
            }

            if (request.SecretRequest is { } atVault)
            {
                return await _secrets.RunAsync(
                    context, atVault, examined, grant, Intent(atVault.Method, atVault.PathAndQuery, atVault.Writes, examined.Operations), _masks.For(policy, exchange.Session!, grant, mayBeOpaque: false), exchange, aborted);
            }

            // 5. credential
            var leased = await _credentials.AcquireAsync(grant.Repositories, grant.Permissions, grant.Lifetime, aborted);
            if (leased is LeaseOutcome.Failed failed)
            {
                return Refusals.From(failed);
            }

            await using var lease = ((LeaseOutcome.Leased)leased).Lease;
            var credential = lease.Credential;
            exchange.AddLease(lease);
            if (!credential.IsFor(grant.Repositories) || credential.Find(grant.Repository) is not { } repository)
            {
                return new Refusal(
                    Stage.Credential, RefusalKind.Unavailable, new CallerText("No credential could be had from GitHub."), $"the credential is for other repositories than {grant.Repositories}");
            }

            if (!examined.IsOf(repository))
            {
                // A name can be given to another repository at any moment; what was looked into, and approved, is this one and no other.
                return new Refusal(
                    Stage.Credential, RefusalKind.NotFound, new CallerText("This repository was replaced by another one of its name meanwhile; nothing was done."), "another repository id");
            }

            var upstream = new UpstreamReader(_forwarder, credential, caller.Person, exchange.Session!);
            if (await request.VerifyAsync(upstream, grant, aborted) is { } unverified)
            {
                return unverified;
            }

            if (await _secrets.PlaceAsync(request, upstream, grant, caller, $"{context.Request.Method} {context.Request.Path}", exchange, aborted) is { } unplaced)
            {
                return unplaced;
            }

            // 6. forward, 7. record: the intent before, the result after. What is not certainly a read leaves only once its intent is durable; a
            // read may be under way meanwhile, since nothing of its answer is let out before.
            var masking = _masks.For(policy, exchange.Session!, grant, request.HasOpaqueBody);
            var rebuilt = request.Rebuild(repository, grant);
            if (request.HasOpaqueBody && OpaqueBodies.RefuseUninspected(grant, rebuilt) is { } uninspected)
            {
                return uninspected;
            }

            rebuilt.Inspection?.Reference = exchange.Reference;
            exchange.Add(Intent(rebuilt.Method.Method, rebuilt.PathAndQuery, grant.Permissions.Writes, examined.Operations));
            var intended = exchange.CommitAsync(aborted);
            var isRead = (rebuilt.Method == HttpMethod.Get || rebuilt.Method == HttpMethod.Head) && !grant.Permissions.Writes;
            if (!isRead)
            {
                await intended;
            }

            var forwarded = await _forwarder.ForwardAsync(context, rebuilt, credential, masking, caller.Person, intended);
            await intended;
            AddFound(masking);
            exchange.Add(End(forwarded, exchange, rebuilt, (request.HasOpaqueBody && forwarded.IsUnmasked && rebuilt.Inspection is null) || masking.Reveals));
            if (rebuilt.Inspection?.Refusal is { } told)
            {
                exchange.Add(Refused(context, told));
            }

            await _ends.RecordAsync(exchange, isWaitedFor: !isRead);
            return forwarded.Refusal;
        }

        async ValueTask<Refusal?> AnswerAsync(PolicySet policy, Caller caller, Grant? grant)
        {
            var masking = _masks.For(policy, exchange.Session!, grant, mayBeOpaque: false);
            foreach (var note in request.Notes)
            {
                exchange.Add(note);
            }

            await exchange.CommitAsync(aborted);
            await request.AnswerAsync(new Answering(context, caller, policy, exchange.Session!, exchange.Reference) { Mask = masking.MaskBody, Record = exchange.Add }, aborted);
            if (AddFound(masking) || exchange.HasMore)
            {
                await _ends.RecordAsync(exchange, isWaitedFor: false);
            }

            return null;
        }

        bool AddFound(AnswerMasking masking)
        {
            if (masking.Found is not { } found)
            {
                return false;
            }

            exchange.Add(found);
            return true;
        }
    }

    private static Refusal CannotAsk(Authorized authorized) => new(
        Stage.Approve,
        RefusalKind.ApprovalUnavailable,
        new CallerText($"policy: needs approval by {string.Join(" and ", authorized.Requirements.Select(static need => string.Join(" or ", need.ApproverGroups)))}, which cannot be asked for a request of this kind"),
        $"needs approval by {string.Join(", ", authorized.Requirements.Select(static need => $"{need.Rule}[{need.Entry}]"))}");

    private static ForwardIntended Intent(string method, string pathAndQuery, bool writes, IReadOnlyList<Operation> operations) => new(
        method,
        pathAndQuery,
        writes,
        [
            .. operations.Take(MaxIntendedOperations).Select(static operation => operation.Details switch
            {
                RefUpdate update => $"{update.Name} {update.Ref} {update.Old.Hex} {update.New.Text}",
                ApiCall call => $"{call.Name} {call.Route}",
                SecretCall call => $"{call.Name} {operation.Target}",
                var other => other.Name,
            }),
            .. operations.Count > MaxIntendedOperations ? [$"and {operations.Count - MaxIntendedOperations} more, all of them decided above"] : (string[])[],
        ]);

    private static Refusal? FailureOf(Exception failure) => failure switch
    {
        LedgerUnavailableException => Refusals.Unavailable(
            Stage.Record, "The audit ledger cannot be written, so nothing is let through.", failure.Message, TimeSpan.FromSeconds(10)),
        StateUnavailableException => Refusals.Unavailable(
            Stage.Credential, "The broker's state store cannot be reached, so nothing is let through.", failure.Message, TimeSpan.FromSeconds(10)),
        TooManyApprovalsException many => new Refusal(
            Stage.Approve, RefusalKind.RateLimited, new CallerText("You have asked for many approvals in the last hour, so nobody was asked again; wait a little."), many.Message)
        {
            RetryAfter = TimeSpan.FromMinutes(5),
        },
        CannotShowException { IsTooMuch: true } much => new Refusal(
            Stage.Approve, RefusalKind.TooLarge, new CallerText($"Nobody was asked to approve this: {much.Message}"), much.Message),
        CannotShowException => new Refusal(
            Stage.Approve, RefusalKind.UpstreamFailed, new CallerText("What approvers have to be shown cannot be had, so nobody was asked; try again."), failure.Message),
        BadHttpRequestException bad => new Refusal(
            Stage.Classify, bad.StatusCode == 413 ? RefusalKind.TooLarge : RefusalKind.Malformed, new CallerText("The request body is cut off or too large."), bad.Message),
        OperationCanceledException => Refusals.Unavailable(
            Stage.Forward, "The request was interrupted, as when the broker stops; try again.", "interrupted", TimeSpan.FromSeconds(5)),
        ConnectionResetException reset => new Refusal(Stage.Classify, RefusalKind.CallerGone, new CallerText("You went away."), reset.Message),
        _ => null,
    };

    private static ExchangeCompleted End(ForwardResult forwarded, Exchange exchange, UpstreamExchange rebuilt, bool unmasked) => new(
        forwarded.Status,
        forwarded.UpstreamRequestId,
        forwarded.BytesIn,
        forwarded.BytesOut,
        exchange.ElapsedMilliseconds,
        unmasked && forwarded.BytesOut > 0,
        forwarded.Failure ?? forwarded.Refusal?.Detail,
        forwarded.Results)
    {
        Inspected = rebuilt.Inspection?.Inspected,
    };

    private static RequestRefused Refused(HttpContext context, Refusal refusal)
    {
        var path = context.Request.Path.Value ?? "";
        return new(
            context.Request.Method,
            path.Length > 512 ? path[..512] : path,
            refusal.Stage.ToString().ToLowerInvariant(),
            refusal.Kind.ToString(),
            refusal.Detail,
            refusal.HttpStatus);
    }

    private async Task RefuseAsync(HttpContext context, IProtocolRoom room, ProtocolRequest? request, Refusal refusal, Exchange exchange)
    {
        exchange.Add(Refused(context, refusal));
        try
        {
            await exchange.CommitAsync(CancellationToken.None);
        }
        catch (LedgerUnavailableException failure)
        {
            // A refusal needs no ledger to be safe; it only must not be lost without a word.
            _logger.RefusalNotRecorded(failure, exchange.Reference, refusal.Kind);
        }

        if (refusal.Kind == RefusalKind.CallerGone || context.Response.HasStarted)
        {
            // Nobody listens, or too late for words: cutting the connection is the only way left to say that the answer is not whole.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await room.RefuseAsync(context, request, refusal, context.RequestAborted);
    }
}
