using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy.Reach;

namespace CursorBroker.Gateway.Pages.Views;

/// <summary>The first page, for who is not signed in.</summary>
/// <param name="Frame">Around it.</param>
/// <param name="SignIn">Where to sign in.</param>
public sealed record WelcomeView(PageFrame Frame, string SignIn);

/// <summary>The set-up page.</summary>
public sealed record SetupView
{
    /// <summary>Around it.</summary>
    public required PageFrame Frame { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How to put the broker into Cursor.</summary>
    public required CursorLinks Cursor { get; init; }

    /// <summary>Lines for git, for the owners that the policy names.</summary>
    public required ImmutableArray<string> Git { get; init; }

    /// <summary>The same for any owner.</summary>
    public required ImmutableArray<string> GitPattern { get; init; }

    /// <summary>Lines for Git Credential Manager.</summary>
    public required ImmutableArray<string> CredentialManager { get; init; }

    /// <summary>Lines for gh; empty when it cannot reach this address.</summary>
    public required ImmutableArray<string> Gh { get; init; }

    /// <summary>The person's groups at sign-in.</summary>
    public required ImmutableArray<string> Groups { get; init; }

    /// <summary>What they may ever do; null when there is no policy in force.</summary>
    public required PolicyReach? Reach { get; init; }

    /// <summary>What waits for them; the first few.</summary>
    public required ImmutableArray<Approval> Waiting { get; init; }

    /// <summary>Their own requests that wait for others; the first few.</summary>
    public required ImmutableArray<Approval> Mine { get; init; }

    /// <summary>Their recent sessions.</summary>
    public required ImmutableArray<PersonSession> Sessions { get; init; }
}

/// <summary>The page that shows a hook key, once.</summary>
/// <param name="Frame">Around it.</param>
/// <param name="Lines">For a POSIX shell.</param>
/// <param name="WindowsLines">For PowerShell.</param>
/// <param name="Ends">When the key does.</param>
public sealed record HookKeyView(PageFrame Frame, ImmutableArray<string> Lines, ImmutableArray<string> WindowsLines, DateTimeOffset Ends);
