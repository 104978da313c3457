namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>A code that was handed out: what the person agreed to. Kept under its digest, for as long as a replay of it must be noticed.</summary>
internal sealed record AuthorizationCode
{
    /// <summary>The client it was given to.</summary>
    public required string Client { get; init; }

    public required string Redirect { get; init; }

    /// <summary>The challenge, by S256.</summary>
    public required string Challenge { get; init; }

    public required SignedIn Person { get; init; }

    /// <summary>After which nothing is given for it.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>The family that was begun with it; null until it is redeemed.</summary>
    public string? Family { get; init; }
}
