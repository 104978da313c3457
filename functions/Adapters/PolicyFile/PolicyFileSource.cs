using CursorBroker.Core.Policy;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>
/// A policy from a file, reloaded when the file changes. The first load happens while the host starts, so that no request comes
/// before it. A bad version, or none, leaves the last good one in force and says so in <see cref="Status"/>.
/// </summary>
public sealed class PolicyFileSource : BackgroundService, IPolicySource
{
    private readonly PolicyFileOptions _options;
    private readonly PolicyIntake _intake;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _loading = new(1);
    private volatile FileStamp? _handled;

    /// <summary>Takes the file's place, who hears of loads, and the clock that polls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An interval is not above zero.</exception>
    public PolicyFileSource(PolicyFileOptions options, IPolicyObserver observer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.SettleTime, TimeSpan.Zero);
        (_options, _time) = (options, time);
        _intake = new PolicyIntake(options.Path, $"policy file '{options.Path}'", options.Compile, observer, time);
    }

    /// <inheritdoc/>
    public PolicySet? Current => _intake.Current;

    /// <inheritdoc/>
    public PolicyStatus Status => _intake.Status;

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
                await _intake.UnreadableAsync(problem!, cancellationToken).ConfigureAwait(false);
                return;
            }

            _handled = await _intake.ApplyAsync(content.Bytes, cancellationToken).ConfigureAwait(false) ? content.Stamp : null;
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
}
