using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Masking;

/// <summary>
/// Values that the broker hands out or reads, known to every instance: sealed records in State, and beside them one that changes with them, which every instance looks at every
/// <see cref="Every"/>. What was added before it was handed out is masked by this instance at once and by the others so much later.
/// </summary>
/// <remarks>The broker's own tokens are not here: their records (collection <c>credential</c>) are read already, by the sweep of them.</remarks>
internal sealed class SharedSecrets(IStateStore state, ISecretSealer sealer, MaskRootKeeper root, KnownSecrets known, TimeProvider time, ILogger<SharedSecrets> logger)
    : BackgroundService
{
    /// <summary>The State collection. A value has one record, by a keyed digest: a plain one could be guessed at.</summary>
    public const string Collection = "known-secret";

    /// <summary>What the seal is bound to.</summary>
    public const string Purpose = "cursorbroker.known-secret";

    /// <summary>How often an instance looks whether there are new ones.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>An instance that could not look for so long answers nothing that has to be masked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Most bytes of values that are shared at a time: 4 MiB. Each takes about twenty times its length on every instance; beyond it no further one is handed out.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    // Whoever reads the same value every minute has it known longer once a day.
    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    private const int MaxRaces = 8;

    private static readonly StateKey Mark = new("known-secret-mark", "1");

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StateVersion> _learned = new(StringComparer.Ordinal);
    private long _bytes;
    private string? _name;
    private StateVersion? _seen;
    private long _lookedAt;
    private bool _hasLooked;

    /// <summary>Has a value masked by this instance alone, until it expires: before it is known whether it will be a secret.</summary>
    public void AddHere(string value, DateTimeOffset expires) => known.TryAdd(value, expires);

    /// <summary>Has a value masked by this instance from now on and by every other one soon, until it expires. To be awaited before anybody is given it.</summary>
    /// <returns>False when it is too short or too plain to be told from ordinary text, and then nobody masks it by value.</returns>
    /// <exception cref="StateUnavailableException">The others cannot be told, or there are too many: it must not be handed out.</exception>
    public async ValueTask<bool> AddAsync(string value, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        expires = InSteps(expires);
        if (IsShared(value, expires))
        {
            return true;
        }

        if (!known.TryAdd(value, expires))
        {
            return false;
        }

        ThrowIfFull(value);
        var plain = Encoding.UTF8.GetBytes(value);
        var (key, box) = (new StateKey(Collection, root.Root.NameOf([value])), sealer.Seal(Purpose, plain));
        CryptographicOperations.ZeroMemory(plain);
        await StoreAsync(key, expires, Record(expires, box), cancellationToken);

        // After the record: who sees the mark changed sees it. That somebody else changed it meanwhile is as good.
        var mark = RandomNumberGenerator.GetBytes(16);
        _ = await state.ReadAsync(Mark, cancellationToken) is { } present
            ? await state.ReplaceAsync(Mark, mark, present.Version, expires: null, cancellationToken)
            : await state.CreateAsync(Mark, mark, expires: null, cancellationToken);
        Remember(value, expires);
        return true;
    }

    /// <summary>Looks for what other instances added.</summary>
    /// <exception cref="StateUnavailableException">It cannot.</exception>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var mark = await state.ReadAsync(Mark, cancellationToken);
        if (!_hasLooked || mark?.Version != _seen)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var record in state.ListAsync(Collection, cancellationToken))
            {
                seen.Add(record.Key.Id);
                if (!_learned.TryGetValue(record.Key.Id, out var version) || version != record.Version)
                {
                    Learn(record);
                    _learned[record.Key.Id] = record.Version;
                }
            }

            foreach (var gone in _learned.Keys.Where(id => !seen.Contains(id)).ToList())
            {
                _learned.Remove(gone);
            }

            _seen = mark?.Version;
            _hasLooked = true;
        }

        Volatile.Write(ref _lookedAt, began);
    }

    /// <summary>Whether this instance knows what others handed out, but for the last moments.</summary>
    public bool IsCurrent => _hasLooked && time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < Patience;

    /// <summary>Names the values that are shared now: whoever found a content to be clean while others were shared has to look again.</summary>
    /// <param name="root">What makes the name the same for all instances.</param>
    public string NameBy(MaskRoot root)
    {
        lock (_gate)
        {
            return _name ??= root.NameOf(_values.Keys);
        }
    }

    /// <summary>To be asked before an answer is masked.</summary>
    /// <exception cref="StateUnavailableException">Others may have handed out what this instance does not know of.</exception>
    public void ThrowIfStale()
    {
        if (!IsCurrent)
        {
            throw new StateUnavailableException($"What other instances handed out could not be looked for in the last {Patience.TotalSeconds:0} seconds.");
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (StateUnavailableException failure)
                {
                    logger.SecretsNotLookedFor(failure);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private DateTimeOffset InSteps(DateTimeOffset expires)
    {
        var over = expires.UtcTicks % Step.Ticks;
        return over == 0 || expires - time.GetUtcNow() < 2 * Step || DateTimeOffset.MaxValue - expires < Step ? expires : new DateTimeOffset(expires.UtcTicks - over + Step.Ticks, TimeSpan.Zero);
    }

    private async ValueTask StoreAsync(StateKey key, DateTimeOffset expires, byte[] record, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            var present = await state.ReadAsync(key, cancellationToken);
            if (present?.Expires >= expires
                || (present is null
                    ? await state.CreateAsync(key, record, expires, cancellationToken)
                    : await state.ReplaceAsync(key, record, present.Version, expires, cancellationToken)) is not null)
            {
                return;
            }
        }

        throw new StateUnavailableException("the record of a known secret keeps changing");
    }

    private void ThrowIfFull(string value)
    {
        lock (_gate)
        {
            ForgetExpired();
            if (!_values.ContainsKey(value) && _bytes + value.Length > MostBytes)
            {
                throw new StateUnavailableException($"Secrets of more than {MostBytes} bytes are known already, so that no further one is handed out until some of them expire.");
            }
        }
    }

    private static byte[] Record(DateTimeOffset expires, byte[] box)
    {
        var record = new byte[sizeof(long) + box.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(record, expires.UtcTicks);
        box.CopyTo(record.AsSpan(sizeof(long)));
        return record;
    }

    private void Learn(StateRecord record)
    {
        var bytes = record.Value.Span;
        if (bytes.Length <= sizeof(long) || sealer.Unseal(Purpose, bytes[sizeof(long)..]) is not { } plain)
        {
            // Its value cannot be known any more, and whoever handed it out masks it still.
            logger.SecretNotOpened(record.Key.Id);
            return;
        }

        var value = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        var expires = new DateTimeOffset(Math.Clamp(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes), 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
        if (!IsShared(value, expires) && known.TryAdd(value, expires))
        {
            Remember(value, expires);
        }
    }

    private bool IsShared(string value, DateTimeOffset expires)
    {
        lock (_gate)
        {
            return _values.TryGetValue(value, out var until) && until >= expires;
        }
    }

    private void Remember(string value, DateTimeOffset expires)
    {
        lock (_gate)
        {
            ForgetExpired();
            if (!_values.ContainsKey(value))
            {
                _bytes += value.Length;
                _name = null;
            }

            _values[value] = expires;
        }
    }

    private void ForgetExpired()
    {
        var now = time.GetUtcNow();
        foreach (var gone in _values.Where(pair => pair.Value <= now).Select(static pair => pair.Key).ToList())
        {
            _values.Remove(gone);
            _bytes -= gone.Length;
            _name = null;
        }
    }
}
