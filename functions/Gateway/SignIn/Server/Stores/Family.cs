namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>Everything that came of one consent: each access token and each refresh token after the other. It ends as a whole.</summary>
internal sealed record Family
{
    /// <summary>The client's id.</summary>
    public required string Client { get; init; }

    /// <summary>What the client is called in tokens and in the audit.</summary>
    public required string ClientLabel { get; init; }

    public required SignedIn Person { get; init; }

    /// <summary>When the person signed in and agreed.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When it ends, however often it is refreshed.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>Which refresh token is good: exactly the one of this number.</summary>
    public required int Generation { get; init; }

    /// <summary>When that one took the place of the one before it; null while it is the first.</summary>
    public DateTimeOffset? Rotated { get; init; }

    /// <summary>What its refresh tokens are told from invented ones by, in base64.</summary>
    public required string Key { get; init; }

    /// <summary>Why nothing of it counts any more; null while it does.</summary>
    public string? Revoked { get; init; }
}
