using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Policy;

/// <summary>What a host adds to whatever policy it compiles.</summary>
public sealed record PolicyCompileOptions
{
    /// <summary>
    /// Issuers the host itself brings (a sandbox's identity provider). One that the policy does not list is appended. One that it
    /// does list is the policy's to describe; only group names the policy has no entry for, neither by id nor by name, are added.
    /// Default: none.
    /// </summary>
    public ImmutableArray<IssuerSettings> HostIssuers { get; init; } = [];
}
