using System.Collections.Immutable;
using CursorBroker.Gateway.Hooks;
using CursorBroker.Gateway.SignIn;

namespace CursorBroker.Gateway.Pages;

/// <summary>Lines for a person's terminal. What is put into them is the configured address, and owners as the policy names them: nothing that a shell reads as its own.</summary>
internal static class SetupLines
{
    /// <summary>The id under which the authorization server knows Git Credential Manager's generic OAuth.</summary>
    private const string CredentialManagerClient = "git-credential-manager";

    /// <summary>Leads git to the broker for the repositories of these owners, however they are addressed. Safe to run again.</summary>
    /// <param name="broker">The broker: scheme, host and port.</param>
    /// <param name="upstream">The host that the repositories' addresses name.</param>
    /// <param name="owners">The owners.</param>
    public static ImmutableArray<string> Git(string broker, string upstream, IEnumerable<string> owners) =>
    [
        .. owners.SelectMany(owner => new[]
        {
            $"git config --global --replace-all url.\"{broker}/{owner}/\".insteadOf https://{upstream}/{owner}/",
            $"git config --global --add url.\"{broker}/{owner}/\".insteadOf git@{upstream}:{owner}/",
            $"git config --global --add url.\"{broker}/{owner}/\".insteadOf ssh://git@{upstream}/{owner}/",
        }),
    ];

    /// <summary>Has Git Credential Manager sign in at the broker.</summary>
    public static ImmutableArray<string> CredentialManager(string broker) =>
    [
        "git config --global credential.helper manager",
        $"git config --global credential.{broker}.provider generic",
        $"git config --global credential.{broker}.oauthClientId {CredentialManagerClient}",
        $"git config --global credential.{broker}.oauthAuthorizeEndpoint {broker}/oauth/authorize",
        $"git config --global credential.{broker}.oauthTokenEndpoint {broker}/oauth/token",
        $"git config --global credential.{broker}.oauthScopes broker",
        $"git config --global credential.{broker}.oauthRedirectUri http://127.0.0.1/",
    ];

    /// <summary>Signs gh in; empty where it cannot reach the broker, since it takes a host's name alone and speaks https.</summary>
    public static ImmutableArray<string> Gh(Uri address) => address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
        ? [$"gh auth login --hostname {address.Host}", $"export GH_HOST={address.Host}"]
        : [];

    /// <summary>Installs Cursor's hooks with a key, for a POSIX shell.</summary>
    public static ImmutableArray<string> Hooks(string broker, HookKey key, string owners) =>
    [
        "mkdir -p ~/.cursor/hooks",
        $"curl -fsS {broker}/hooks/{HookFiles.Script} -o ~/.cursor/hooks/{HookFiles.Script}",
        $"chmod +x ~/.cursor/hooks/{HookFiles.Script}",
        $"(umask 077; printf 'key=%s\\nowners=%s\\n' {key.Reveal()} '{owners}' > ~/.cursor/cursor-broker-hook.conf)",
        $"[ -e ~/.cursor/hooks.json ] && echo 'You have hooks already: add those of {broker}/hooks/{HookFiles.Registration} to ~/.cursor/hooks.json' || curl -fsS {broker}/hooks/{HookFiles.Registration} -o ~/.cursor/hooks.json",
    ];

    /// <summary>The same for PowerShell.</summary>
    public static ImmutableArray<string> WindowsHooks(string broker, HookKey key, string owners) =>
    [
        "$cursor = \"$HOME\\.cursor\"; New-Item -ItemType Directory -Force \"$cursor\\hooks\" | Out-Null",
        $"Invoke-WebRequest -UseBasicParsing {broker}/hooks/{HookFiles.PowerShellScript} -OutFile \"$cursor\\hooks\\{HookFiles.PowerShellScript}\"",
        $"Set-Content -Encoding ascii \"$cursor\\cursor-broker-hook.conf\" 'key={key.Reveal()}', 'owners={owners}'",
        $"if (Test-Path \"$cursor\\hooks.json\") {{ 'You have hooks already: add those of {broker}/hooks/{HookFiles.WindowsRegistration} to hooks.json' }} else {{ Invoke-WebRequest -UseBasicParsing {broker}/hooks/{HookFiles.WindowsRegistration} -OutFile \"$cursor\\hooks.json\" }}",
    ];
}
