using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy;

/// <summary>A compiled policy: immutable, safe for any number of threads, swapped whole.</summary>
public sealed class PolicySet
{
    /// <summary>SHA-256 of the policy's text, lower-case hex.</summary>
    public required string Version { get; init; }

    /// <summary>The issuers it trusts.</summary>
    public required ImmutableArray<IssuerSettings> Issuers { get; init; }

    /// <summary>Decides one operation. Pure: the same caller, operation and policy give the same answer.</summary>
    public Decision Decide(Caller caller, Operation operation) => throw new NotImplementedException();
}
