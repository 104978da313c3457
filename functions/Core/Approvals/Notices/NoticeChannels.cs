namespace CursorBroker.Core.Approvals.Notices;

/// <summary>The names of the channels that a policy's <c>notify</c> can name. Stable: State and the audit hold them.</summary>
public static class NoticeChannels
{
    /// <summary>A Teams webhook.</summary>
    public const string Teams = "teams";

    /// <summary>E-mail, however it is sent.</summary>
    public const string Email = "email";
}
