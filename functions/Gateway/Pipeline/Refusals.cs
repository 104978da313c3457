using CursorBroker.Core.Credentials;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>The refusals that several steps share, so that one failure reads the same wherever it is met.</summary>
public static class Refusals
{
    /// <summary>What a stranger is told, and what somebody is told about a repository that is not there: the same words.</summary>
    public static readonly CallerText NotFound = new("Repository not found.");

    /// <summary>The request is not valid in its protocol.</summary>
    public static Refusal Malformed(string message) => new(Stage.Classify, RefusalKind.Malformed, new CallerText(message), message);

    /// <summary>Valid in its protocol, but not let through.</summary>
    public static Refusal NotSupported(string message) => new(Stage.Classify, RefusalKind.NotSupported, new CallerText(message), message);

    /// <summary>Not there, or not for this caller to know.</summary>
    public static Refusal Unknown(Stage stage, string detail) => new(stage, RefusalKind.NotFound, NotFound, detail);

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
