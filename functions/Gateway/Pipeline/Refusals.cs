using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>The refusals that several steps share, so that one failure reads the same wherever it is met.</summary>
public static class Refusals
{
    /// <summary>What a stranger is told, and what somebody is told about a repository that is not there: the same words.</summary>
    public static readonly CallerText NotFound = new("Repository not found.");

    /// <summary>What a stranger is told of every vault, there or not.</summary>
    public static readonly CallerText VaultNotFound = new("Vault not found, or not open to you.");

    /// <summary>The request is not valid in its protocol.</summary>
    public static Refusal Malformed(string message) => new(Stage.Classify, RefusalKind.Malformed, new CallerText(message), message);

    /// <summary>Valid in its protocol, but not let through.</summary>
    public static Refusal NotSupported(string message) => new(Stage.Classify, RefusalKind.NotSupported, new CallerText(message), message);

    /// <summary>Not there, or not for this caller to know.</summary>
    public static Refusal Unknown(Stage stage, string detail) => new(stage, RefusalKind.NotFound, NotFound, detail);

    /// <summary>A vault that is not there, or not for this caller to know: the same words.</summary>
    public static Refusal UnknownVault(Stage stage, string detail) => new(stage, RefusalKind.NotFound, VaultNotFound, detail);

    /// <summary>What a vault's fault means for the caller, who is covered by policy and may therefore know.</summary>
    public static Refusal From(Stage stage, SecretTarget target, VaultFault fault)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(fault);
        var (kind, message) = fault.Kind switch
        {
            VaultFaultKind.NotFound => (RefusalKind.NotFound, $"There is no such secret, or no such version of it: {target}."),
            VaultFaultKind.Disabled => (RefusalKind.UpstreamForbids, $"The secret {target} is disabled."),
            VaultFaultKind.Forbidden => (RefusalKind.UpstreamForbids, $"The broker's own identity may not do this in the vault {target.Vault}; its administrators have to look at the role."),
            VaultFaultKind.Conflict => (RefusalKind.Conflict, $"The secret {target} is in a state that does not take this: it was deleted and can be recovered, or is being deleted or recovered."),
            VaultFaultKind.Invalid => (RefusalKind.Malformed, $"The vault {target.Vault} does not take this ({fault.Code})."),
            VaultFaultKind.Throttled => (RefusalKind.RateLimited, $"The vault {target.Vault} is asked too often; wait a little."),
            _ => (RefusalKind.Unavailable, $"The vault {target.Vault} cannot be reached."),
        };
        return new Refusal(stage, kind, new CallerText(message), $"{fault.Code}: {fault.Detail}") { RetryAfter = fault.RetryAfter, Code = fault.Code };
    }

    /// <summary>Something the broker cannot do without is out of reach.</summary>
    public static Refusal Unavailable(Stage stage, string message, string detail, TimeSpan? retryAfter = null) =>
        new(stage, RefusalKind.Unavailable, new CallerText(message), detail) { RetryAfter = retryAfter };

    /// <summary>What a failed mint means for the caller, who is covered by policy and may therefore know.</summary>
    public static Refusal From(LeaseOutcome.Failed failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        var (kind, message) = failed.Failure switch
        {
            MintFailure.NotInstalled => (RefusalKind.NotFound, "The policy covers this repository, but the broker's GitHub App is not installed on it, or it does not exist."),
            MintFailure.PermissionNotGranted => (RefusalKind.UpstreamForbids, "The broker's GitHub App was not granted the permission that this needs on this repository."),
            MintFailure.RenamedOrMoved => (RefusalKind.NotFound, "This repository was renamed or moved; use its new name, and see that the policy covers it."),
            MintFailure.AppRejected => (RefusalKind.Unavailable, "GitHub does not accept the broker's own identity; its administrators have to look at the App key."),
            MintFailure.Suspended => (RefusalKind.UpstreamForbids, "The broker's GitHub App is suspended on this repository."),
            MintFailure.RateLimited => (RefusalKind.RateLimited, "GitHub's rate limit is reached."),
            MintFailure.Unavailable => (RefusalKind.Unavailable, "No credential could be had from GitHub."),
            _ => (RefusalKind.Unavailable, "No credential could be had from GitHub."),
        };
        return new Refusal(Stage.Credential, kind, new CallerText(message), $"{failed.Failure}: {failed.Detail}") { RetryAfter = failed.RetryAfter };
    }
}
