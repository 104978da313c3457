using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A client registered itself at the broker's authorization server.</summary>
/// <param name="Client">What it is called from now on.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="Redirects">Where it may have people sent back to.</param>
public sealed record ClientRegistered(string Client, string Name, ImmutableArray<string> Redirects) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 132;
}

/// <summary>A person signed in for a client and agreed, or did not.</summary>
/// <param name="Person">Who.</param>
/// <param name="DisplayName">For people to read.</param>
/// <param name="Client">For which client.</param>
/// <param name="Redirect">Where the answer goes; null for a device.</param>
/// <param name="Agreed">Whether they agreed.</param>
public sealed record ConsentGiven(string Person, string DisplayName, string Client, string? Redirect, bool Agreed) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 135;
}

/// <summary>A token of the broker's own was issued: the first of a sign-in.</summary>
/// <param name="Person">For whom.</param>
/// <param name="Client">To which client.</param>
/// <param name="Family">The sign-in that it belongs to.</param>
/// <param name="Sha256">The access token's digest.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Groups">The groups that count with it.</param>
public sealed record TokenIssued(string Person, string Client, string Family, string Sha256, DateTimeOffset Expires, ImmutableArray<string> Groups) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 140;
}

/// <summary>A refresh token was exchanged for the next access token.</summary>
/// <param name="Person">For whom.</param>
/// <param name="Client">By which client.</param>
/// <param name="Family">The sign-in that it belongs to.</param>
/// <param name="Sha256">The access token's digest.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Groups">The groups that count with it.</param>
/// <param name="Reread">Whether the identity provider was asked again; otherwise the groups are those of the sign-in.</param>
public sealed record TokenRefreshed(
    string Person, string Client, string Family, string Sha256, DateTimeOffset Expires, ImmutableArray<string> Groups, bool Reread) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 145;
}

/// <summary>A code or a refresh token was used a second time: it may have been stolen, and everything that came of the sign-in is over.</summary>
/// <param name="Person">Whose sign-in it was.</param>
/// <param name="Client">The client that it was given to.</param>
/// <param name="Family">The sign-in.</param>
/// <param name="What">What was used again.</param>
public sealed record TokenReused(string Person, string Client, string Family, string What) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 150;
}

/// <summary>A sign-in is over.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Client">The client's.</param>
/// <param name="Family">Which.</param>
/// <param name="Why">In words.</param>
public sealed record SignInRevoked(string Person, string Client, string Family, string Why) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 155;
}

/// <summary>All of a person's sign-ins up to a moment are over.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Before">The moment.</param>
public sealed record SessionsCutOff(string Person, DateTimeOffset Before) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 160;
}

/// <summary>A person let a device in, by its code.</summary>
/// <param name="Person">Who.</param>
/// <param name="Client">The client on the device.</param>
public sealed record DeviceApproved(string Person, string Client) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 165;
}
