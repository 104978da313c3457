using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>
/// A policy from a file, reloaded when the file changes. The first load happens while the host starts, so that no request comes
/// before it. A bad version, or none, leaves the last good one in force and says so in <see cref="Status"/>.
/// </summary>
public sealed class PolicyFileSource : BackgroundService, IPolicySource
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly PolicyFileOptions _options;
    private readonly IPolicyObserver _observer;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _loading = new(1);
    private readonly HashSet<string> _reported = [];
    private volatile Snapshot _snapshot = new(null, new PolicyStatus(null, null, "No policy has been loaded yet."));
    private volatile FileStamp? _handled;
    private string? _inForce;

    /// <summary>Takes the file's place, who hears of loads, and the clock that polls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An interval is not above zero.</exception>
    public PolicyFileSource(PolicyFileOptions options, IPolicyObserver observer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.SettleTime, TimeSpan.Zero);
        (_options, _observer, _time) = (options, observer, time);
    }

    /// <inheritdoc/>
    public PolicySet? Current => _snapshot.Policy;

    /// <inheritdoc/>
    public PolicyStatus Status => _snapshot.Status;

    /// <summary>Loads the file once, then starts to poll.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the file now, whether it seems to have changed or not. What became of it is in <see cref="Status"/>.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (content, problem) = await PolicyFileReader.ReadAsync(_options.Path, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                _handled = null;
                await TellUnreadableAsync(problem!, cancellationToken).ConfigureAwait(false);
                return;
            }

            await ApplyAsync(content, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _loading.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        FileStamp? settling = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(settling is null ? _options.PollInterval : _options.SettleTime, _time, stoppingToken).ConfigureAwait(false);
            var stamp = PolicyFileReader.StampOf(_options.Path);
            if (stamp is not null && stamp != _handled && stamp != settling)
            {
                settling = stamp;
                continue;
            }

            settling = null;
            if (stamp is null || stamp != _handled)
            {
                await ReloadAsync(stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ApplyAsync(FileContent content, CancellationToken cancellationToken)
    {
        if (content.Sha256 == _inForce)
        {
            _reported.Clear();
            _handled = content.Stamp;
            Keep(null);
            return;
        }

        var compilation = Compile(content.Bytes);
        try
        {
            if (compilation.Policy is { } policy)
            {
                await _observer.LoadedAsync(_options.Path, policy, compilation.Problems, cancellationToken).ConfigureAwait(false);
                _reported.Clear();
                _inForce = content.Sha256;
                _snapshot = new(policy, new PolicyStatus(policy.Version, _time.GetUtcNow(), null));
            }
            else
            {
                Keep(Summary(compilation));
                if (!_reported.Contains(content.Sha256))
                {
                    await _observer.RejectedAsync(_options.Path, content.Sha256, compilation.Problems, cancellationToken).ConfigureAwait(false);
                    _reported.Add(content.Sha256);
                }
            }

            _handled = content.Stamp;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever the observer is, its failure must not end the polling: the file stays unhandled and is tried again.
            _handled = null;
            Keep($"The policy file '{_options.Path}' was read, but that could not be recorded: {e.Message}");
        }
    }

    private async ValueTask TellUnreadableAsync(string problem, CancellationToken cancellationToken)
    {
        if (Status.Problem == problem)
        {
            return;
        }

        try
        {
            await _observer.UnreadableAsync(_options.Path, problem, cancellationToken).ConfigureAwait(false);
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
            return new(null, [new(PolicySeverity.Error, 1, 1, "", $"The file is larger than {PolicyCompiler.MaxBytes} bytes.")]);
        }

        try
        {
            var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
            return PolicyCompiler.Compile(StrictUtf8.GetString(text), _options.Compile);
        }
        catch (DecoderFallbackException e)
        {
            return new(null, [new(PolicySeverity.Error, 1, 1, "", $"The file is not UTF-8 (at byte {e.Index}).")]);
        }
    }

    private string Summary(PolicyCompilation compilation)
    {
        var errors = compilation.Errors.ToImmutableArray();
        return $"The policy file '{_options.Path}' has {errors.Length} error{(errors.Length == 1 ? "" : "s")}; the first: {errors[0]}";
    }

    private void Keep(string? problem) => _snapshot = _snapshot with { Status = _snapshot.Status with { Problem = problem } };

    private sealed record Snapshot(PolicySet? Policy, PolicyStatus Status);
}
