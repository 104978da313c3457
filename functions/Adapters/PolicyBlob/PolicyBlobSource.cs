using Azure;
using Azure.Storage.Blobs;
using CursorBroker.Adapters.PolicyFile;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.PolicyBlob;

/// <summary>
/// A policy from a blob, reloaded when the blob changes, by the rules of <see cref="PolicyFileSource"/>. The first load happens while the host starts, so that
/// no request comes before it. A blob is always whole, so nothing has to settle.
/// </summary>
internal sealed class PolicyBlobSource : BackgroundService, IPolicySource
{
    private readonly PolicyBlobOptions _options;
    private readonly PolicyBlobReader _reader;
    private readonly PolicyIntake _intake;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _loading = new(1);
    private ETag? _handled;

    /// <summary>Takes the blob, who hears of loads, and the clock that polls.</summary>
    public PolicyBlobSource(PolicyBlobOptions options, BlobClient blob, IPolicyObserver observer, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _reader = new PolicyBlobReader(blob);
        _intake = new PolicyIntake(PolicyBlobReader.AddressOf(blob.Uri), PolicyBlobReader.NounOf(blob.Uri), options.Compile, observer, time);
    }

    /// <inheritdoc/>
    public PolicySet? Current => _intake.Current;

    /// <inheritdoc/>
    public PolicyStatus Status => _intake.Status;

    /// <summary>Loads the blob once, then starts to poll.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Looks now. What became of it is in <see cref="Status"/>.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            switch (await _reader.ReadAsync(_handled, cancellationToken))
            {
                case BlobAnswer.Changed changed:
                    _handled = await _intake.ApplyAsync(changed.Bytes, cancellationToken) ? changed.Version : null;
                    break;
                case BlobAnswer.Unreadable unreadable:
                    // Also when it comes back as it was, the status has to say so.
                    _handled = null;
                    await _intake.UnreadableAsync(unreadable.Problem, cancellationToken);
                    break;
            }
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
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_options.PollInterval, _time, stoppingToken);
            await ReloadAsync(stoppingToken);
        }
    }
}
