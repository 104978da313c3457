using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A secret's value was read from its vault for somebody. Recorded before anything of it is answered.</summary>
/// <param name="Person">For whom.</param>
/// <param name="Vault">The vault.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Version">The version.</param>
/// <param name="Form">What they are given: value or mask.</param>
/// <param name="Known">Whether it is masked by value from now on; false for a value that is too short, too long or too plain to be told from ordinary text.</param>
public sealed record SecretRead(string Person, string Vault, string Secret, string? Version, string Form, bool Known) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 700;
}

/// <summary>A secret was changed. The operation and the intent are recorded before, this after.</summary>
/// <param name="Person">Who had it changed.</param>
/// <param name="Vault">The vault.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Version">The version that was made or changed; null where the vault names none.</param>
/// <param name="Change">set, updated, deleted or recovered; unknown when the vault did not say what came of it, so that it may have been done.</param>
public sealed record SecretChanged(string Person, string Vault, string Secret, string? Version, string Change) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 710;
}

/// <summary>A secret's value is put somewhere, unseen by who asked for it. Recorded before it leaves.</summary>
/// <param name="Person">Who asked.</param>
/// <param name="Vault">The vault.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Version">The version.</param>
/// <param name="For">The use, such as github-actions-secret.</param>
/// <param name="Destination">Where it goes, such as <c>PUT repos/acme/pay/actions/secrets/DB</c>.</param>
/// <param name="Known">Whether it is masked by value from now on.</param>
public sealed record SecretUsed(string Person, string Vault, string Secret, string? Version, string For, string Destination, bool Known) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 720;
}
