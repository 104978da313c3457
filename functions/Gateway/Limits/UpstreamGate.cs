using System.Collections.Concurrent;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using Polly;
using Polly.CircuitBreaker;

namespace CursorBroker.Gateway.Limits;

/// <summary>
/// Whether the upstream may be called now. It may not while it asked to wait (going on during a limit gets an App banned), while as many calls are under way as it
/// takes at once, and while it is down: then callers are told at once instead of waiting each for a time-out. What one caller asks for (a query that takes GitHub too long, say) neither takes
/// all places of an owner nor makes the upstream look down to all.
/// </summary>
internal sealed class UpstreamGate
{
    private static readonly ResiliencePropertyKey<PersonId> CallerKey = new("caller");

    private readonly LimitOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, OwnerState> _owners = new(StringComparer.OrdinalIgnoreCase);
    private readonly CallerSlots<PersonId> _callers;
    private readonly PointBudget<PersonId> _failures;
    private readonly ResiliencePipeline<CallEnd> _api;
    private readonly ResiliencePipeline<CallEnd> _git;
    private readonly ResiliencePipeline<CallEnd> _storage;

    public UpstreamGate(LimitOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _callers = new CallerSlots<PersonId>(options.CallerConcurrency);

        // Of one caller's failures twice as many count in a window as there are at once: at most half of what it takes for the upstream to count as down.
        var atOnce = Math.Max(1, (int)(options.FailureSample * options.FailureRatio / 4));
        _failures = new PointBudget<PersonId>(Math.Max(1, (int)(atOnce / options.FailureWindow.TotalMinutes)), atOnce, time);
        _api = Breaker();
        _git = Breaker();
        _storage = Breaker();
    }

    /// <summary>Makes a call, unless it may not be made now.</summary>
    /// <param name="face">Which face is called.</param>
    /// <param name="owner">Whose repository it is about. Only the API has limits that are the owner's: of git each answer stands for itself.</param>
    /// <param name="caller">Who has it made.</param>
    /// <param name="call">The call. What it ends with is learned from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when the call was made; otherwise why not.</returns>
    public async ValueTask<Refusal?> CallAsync(UpstreamFace face, string owner, PersonId caller, Func<CancellationToken, ValueTask<CallEnd>> call, CancellationToken cancellationToken)
    {
        var counted = face is not (UpstreamFace.Git or UpstreamFace.Storage);
        var state = _owners.GetOrAdd(owner, static _ => new OwnerState());
        if (counted && state.Wait(_time.GetUtcNow()) is { } wait)
        {
            return Limited("GitHub's rate limit is reached.", "GitHub asked to wait; it was not called", wait);
        }

        if (!counted)
        {
            return await CallAsync(face, state, caller, call, cancellationToken);
        }

        if (!_callers.TryEnter(caller))
        {
            return Limited("You have too many calls under way at once; try again.", $"{_options.CallerConcurrency} calls of the caller's are under way", TimeSpan.FromSeconds(1));
        }

        try
        {
            return Interlocked.Increment(ref state.UnderWay) > _options.OwnerConcurrency
                ? Limited("Too many calls at once for this owner's repositories; try again.", $"{_options.OwnerConcurrency} calls are under way", TimeSpan.FromSeconds(1))
                : await CallAsync(face, state, caller, call, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref state.UnderWay);
            _callers.Leave(caller);
        }
    }

    private async ValueTask<Refusal?> CallAsync(UpstreamFace face, OwnerState state, PersonId caller, Func<CancellationToken, ValueTask<CallEnd>> call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallerKey, caller);
        try
        {
            var breaker = face switch { UpstreamFace.Git => _git, UpstreamFace.Storage => _storage, _ => _api };
            var end = await breaker.ExecuteAsync(static (context, call) => call(context.CancellationToken), context, call);
            if (face is not (UpstreamFace.Git or UpstreamFace.Storage) && end.LimitedFor is { } limited)
            {
                state.HoldUntil(_time.GetUtcNow() + limited);
            }

            return null;
        }
        catch (BrokenCircuitException open)
        {
            return Refusals.Unavailable(Stage.Forward, "GitHub is not answering; it is tried again shortly.", open.Message, open.RetryAfter ?? _options.RestFor);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool Counts(Polly.Outcome<CallEnd> outcome, PersonId caller) =>
        (outcome.Exception is HttpRequestException || (outcome.Exception is null && outcome.Result.IsDown)) && _failures.Take(caller, 1) is null;

    private static Refusal Limited(string message, string detail, TimeSpan wait) =>
        new(Stage.Forward, RefusalKind.RateLimited, new CallerText(message), detail) { RetryAfter = wait };

    private ResiliencePipeline<CallEnd> Breaker() => new ResiliencePipelineBuilder<CallEnd> { TimeProvider = _time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<CallEnd>
        {
            FailureRatio = _options.FailureRatio,
            MinimumThroughput = _options.FailureSample,
            SamplingDuration = _options.FailureWindow,
            BreakDuration = _options.RestFor,
            ShouldHandle = arguments => ValueTask.FromResult(Counts(arguments.Outcome, arguments.Context.Properties.GetValue(CallerKey, null!))),
        })
        .Build();

    /// <summary>What is known of one owner's calls.</summary>
    private sealed class OwnerState
    {
        public int UnderWay;
        private long _heldUntil;

        public TimeSpan? Wait(DateTimeOffset now)
        {
            var wait = TimeSpan.FromTicks(Interlocked.Read(ref _heldUntil) - now.UtcTicks);
            return wait > TimeSpan.Zero ? wait : null;
        }

        public void HoldUntil(DateTimeOffset until)
        {
            long known;
            while ((known = Interlocked.Read(ref _heldUntil)) < until.UtcTicks
                && Interlocked.CompareExchange(ref _heldUntil, until.UtcTicks, known) != known)
            {
                // Another call said something meanwhile; the later of both counts.
            }
        }
    }
}

/// <summary>How a call of the upstream ended, as far as later calls are concerned.</summary>
/// <param name="IsDown">It could not be reached, did not answer in time, or said that it is out of order.</param>
/// <param name="LimitedFor">How long it asked to be left alone; null when it did not.</param>
internal readonly record struct CallEnd(bool IsDown, TimeSpan? LimitedFor);
