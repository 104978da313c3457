using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>
/// What every policy source does with what it read: compile it, tell the observer, and only then put it in force. A bad version, or none, leaves the last good
/// one. Used by one caller at a time.
/// </summary>
/// <param name="source">Where policies come from, as observers are told: a path, an address.</param>
/// <param name="noun">The same in a sentence: <c>policy file 'x'</c>.</param>
/// <param name="options">What the host adds.</param>
/// <param name="observer">Who hears of it.</param>
/// <param name="time">The clock.</param>
internal sealed class PolicyIntake(string source, string noun, PolicyCompileOptions options, IPolicyObserver observer, TimeProvider time)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HashSet<string> _reported = [];
    private volatile Snapshot _snapshot = new(null, new PolicyStatus(null, null, "No policy has been loaded yet."));
    private string? _inForce;

    public PolicySet? Current => _snapshot.Policy;

    public PolicyStatus Status => _snapshot.Status;

    /// <summary>Takes in what was read; at most one byte more than a policy may have. False when that could not be recorded and must be tried again.</summary>
    public async ValueTask<bool> ApplyAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (sha256 == _inForce)
        {
            _reported.Clear();
            Keep(null);
            return true;
        }

        var compilation = Compile(bytes);
        try
        {
            if (compilation.Policy is { } policy)
            {
                await observer.LoadedAsync(source, policy, compilation.Problems, cancellationToken).ConfigureAwait(false);
                _reported.Clear();
                _inForce = sha256;
                _snapshot = new(policy, new PolicyStatus(policy.Version, time.GetUtcNow(), null));
            }
            else
            {
                Keep(Summary(compilation));
                if (!_reported.Contains(sha256))
                {
                    await observer.RejectedAsync(source, sha256, compilation.Problems, cancellationToken).ConfigureAwait(false);
                    _reported.Add(sha256);
                }
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever the observer is, its failure must not end the polling.
            Keep($"The {noun} was read, but that could not be recorded: {e.Message}");
            return false;
        }
    }

    /// <summary>Tells, once for each reason, that there is nothing to read.</summary>
    public async ValueTask UnreadableAsync(string problem, CancellationToken cancellationToken)
    {
        if (Status.Problem == problem)
        {
            return;
        }

        try
        {
            await observer.UnreadableAsync(source, problem, cancellationToken).ConfigureAwait(false);
            Keep(problem);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Another text than the problem alone, so that the next round tells it again.
            Keep($"{problem} That could not be recorded: {e.Message}");
        }
    }

    private PolicyCompilation Compile(byte[] bytes)
    {
        if (bytes.Length > PolicyCompiler.MaxBytes)
        {
            return new(null, [new(PolicySeverity.Error, 1, 1, "", $"The policy is larger than {PolicyCompiler.MaxBytes} bytes.")]);
        }

        try
        {
            var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
            return PolicyCompiler.Compile(StrictUtf8.GetString(text), options);
        }
        catch (DecoderFallbackException e)
        {
            return new(null, [new(PolicySeverity.Error, 1, 1, "", $"The policy is not UTF-8 (at byte {e.Index}).")]);
        }
    }

    private string Summary(PolicyCompilation compilation)
    {
        var errors = compilation.Errors.ToImmutableArray();
        return $"The {noun} has {errors.Length} error{(errors.Length == 1 ? "" : "s")}; the first: {errors[0]}";
    }

    private void Keep(string? problem) => _snapshot = _snapshot with { Status = _snapshot.Status with { Problem = problem } };

    private sealed record Snapshot(PolicySet? Policy, PolicyStatus Status);
}
