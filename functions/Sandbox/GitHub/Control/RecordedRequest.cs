namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>One request as it arrived. The Authorization header is kept as its scheme and the SHA-256 of its token.</summary>
public sealed record RecordedRequest
{
    private int _status;

    /// <summary>Counts from 1 since the start.</summary>
    public required long Number { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The method, upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The path, decoded.</summary>
    public required string Path { get; init; }

    /// <summary>The query with its question mark; empty when there is none.</summary>
    public required string Query { get; init; }

    /// <summary>The authorization scheme, lower case; null when there was no such header.</summary>
    public required string? Scheme { get; init; }

    /// <summary>SHA-256 of the token, lower-case hex; null when there was none.</summary>
    public required string? TokenSha256 { get; init; }

    /// <summary>The headers but Authorization; names compare case-insensitively, several values joined by a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The answer's status; 0 while it is still under way and when the connection was cut before one.</summary>
    public int Status
    {
        get => Volatile.Read(ref _status);
        internal set => Volatile.Write(ref _status, value);
    }
}
