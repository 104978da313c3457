using System.Collections.Concurrent;
using CursorBroker.Core.Masking.Layers;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>What a masker works with: the same for every text, so it is handed from one to the next.</summary>
internal sealed class Workspace(MaskRules rules) : IDisposable
{
    /// <summary>Bytes of a text that are there at once.</summary>
    public const int Capacity = 32 * 1024;

    public MaskedBuffer Buffer { get; } = new(Capacity);

    public ReadableText Readable { get; } = new(Capacity);

    public Base64Runs Base64 { get; } = new(Capacity / 4 * 3);

    /// <summary>What one run of base64 means once it is decoded.</summary>
    public ReadableText ReadableInBase64 { get; } = new(Capacity / 4 * 3);

    public RuleFinder RulesInText { get; } = new(rules);

    public RuleFinder RulesInBase64 { get; } = new(rules);

    public PooledList<ByteRun> Runs { get; } = new();

    public PooledList<ByteRun> RunsInBase64 { get; } = new();

    public PooledList<RuleHit> Hits { get; } = new();

    public PooledList<Outcome> Outcomes { get; } = new();

    public PooledList<long> Origins { get; } = new();

    public void Reset()
    {
        Buffer.Reset();
        RulesInText.Reset();
        RulesInBase64.Reset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Readable.Dispose();
        ReadableInBase64.Dispose();
        Base64.Dispose();
        RulesInText.Dispose();
        RulesInBase64.Dispose();
        Runs.Dispose();
        RunsInBase64.Dispose();
        Hits.Dispose();
        Outcomes.Dispose();
        Origins.Dispose();
    }
}

/// <summary>Workspaces that are free.</summary>
internal sealed class WorkspacePool(MaskRules rules)
{
    /// <summary>So many are kept: each holds about 250 KB.</summary>
    private const int Most = 32;

    private readonly ConcurrentBag<Workspace> _free = [];

    public Workspace Rent() => _free.TryTake(out var workspace) ? workspace : new(rules);

    public void Return(Workspace workspace)
    {
        workspace.Reset();
        if (_free.Count < Most)
        {
            _free.Add(workspace);
        }
        else
        {
            workspace.Dispose();
        }
    }
}
