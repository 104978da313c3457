namespace CursorBroker.Core.Vaults;

/// <summary>A vault's answer, or why there is none.</summary>
public sealed record VaultOutcome<T>
    where T : class
{
    private VaultOutcome(T? value, VaultFault? fault) => (Value, Fault) = (value, fault);

    /// <summary>The answer; null when there is a fault.</summary>
    public T? Value { get; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public VaultFault? Fault { get; }

    /// <summary>An answer.</summary>
    public static implicit operator VaultOutcome<T>(T value) => new(value, null);

    /// <summary>None.</summary>
    public static implicit operator VaultOutcome<T>(VaultFault fault) => new(null, fault);
}

/// <summary>Why a vault did not answer. Holds no secret and none of the vault's own texts, which name the broker's identity.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Code">The vault's own code, such as <c>SecretNotFound</c>; the broker's where it has none.</param>
/// <param name="Detail">What happened, for log and audit.</param>
public sealed record VaultFault(VaultFaultKind Kind, string Code, string Detail)
{
    /// <summary>When to ask again; null when the vault does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What a fault means.</summary>
public enum VaultFaultKind
{
    /// <summary>There is no such secret, or no such version of it.</summary>
    NotFound,

    /// <summary>The secret is there and disabled.</summary>
    Disabled,

    /// <summary>The broker's own identity may not do this: its role is missing, or a firewall keeps it out.</summary>
    Forbidden,

    /// <summary>The secret is in another state than this takes: deleted and not gone yet, or being deleted.</summary>
    Conflict,

    /// <summary>The vault does not take what it was asked, such as an expiry in the past.</summary>
    Invalid,

    /// <summary>It is asked too often.</summary>
    Throttled,

    /// <summary>It cannot be reached, or broke.</summary>
    Unavailable,
}
