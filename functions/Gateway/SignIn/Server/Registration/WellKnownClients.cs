using System.Collections.Immutable;

namespace CursorBroker.Gateway.SignIn.Server.Registration;

/// <summary>Clients that come with an id of their own and cannot register: GitHub's tools, which take the broker for a GitHub Enterprise Server.</summary>
internal static class WellKnownClients
{
    public static ImmutableArray<WellKnownClient> All { get; } =
    [
        // https://github.com/cli/cli, internal/authflow/flow.go: device flow; it keeps an access token and knows no other.
        new("178c6fc778ccc68e1d6a", "GitHub CLI (gh)", [], Refreshes: false),

        // https://github.com/git-ecosystem/git-credential-manager, src/shared/GitHub/GitHubConstants.cs.
        new("0120e057bd645470c1ed", "Git Credential Manager", ["http://localhost/", "http://127.0.0.1/"], Refreshes: false),

        // https://github.com/microsoft/vscode, extensions/github-authentication/src/config.ts: device flow with an enterprise server.
        new("01ab8ac9400c4e429b23", "Visual Studio Code and editors made of it (GitHub sign-in)", [], Refreshes: false),

        // Git Credential Manager's generic OAuth, as the broker's own documentation sets it up.
        new("git-credential-manager", "Git Credential Manager", ["http://127.0.0.1/", "http://localhost/"], Refreshes: true),
    ];
}
