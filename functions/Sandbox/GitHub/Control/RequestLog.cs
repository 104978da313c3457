using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>The latest requests, at most <see cref="Capacity"/> of them; <see cref="Total"/> says how many there were.</summary>
public sealed class RequestLog
{
    /// <summary>How many requests are kept.</summary>
    public const int Capacity = 20_000;

    private readonly Lock _adding = new();
    private readonly Queue<RecordedRequest> _entries = new();
    private readonly TimeProvider _time;
    private long _total;

    internal RequestLog(TimeProvider time) => _time = time;

    /// <summary>Requests since the start, kept or not.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>The requests that are kept, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Entries
    {
        get
        {
            lock (_adding)
            {
                return [.. _entries];
            }
        }
    }

    internal RecordedRequest Add(HttpRequest request)
    {
        var credential = PresentedCredential.From(request);
        lock (_adding)
        {
            var entry = new RecordedRequest
            {
                Number = ++_total,
                At = _time.GetUtcNow(),
                Method = request.Method.ToUpperInvariant(),
                Path = request.Path.Value ?? string.Empty,
                Query = request.QueryString.Value ?? string.Empty,
                Scheme = credential?.Scheme,
                TokenSha256 = credential is { Secret.Length: > 0 } ? Sha256Text.Of(credential.Secret) : null,
                Headers = request.Headers
                    .Where(static header => header.Key != HeaderNames.Authorization)
                    .ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            };
            _entries.Enqueue(entry);
            if (_entries.Count > Capacity)
            {
                _entries.Dequeue();
            }

            return entry;
        }
    }
}
