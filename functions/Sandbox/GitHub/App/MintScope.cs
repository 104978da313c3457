namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>What a mint decided to give.</summary>
/// <param name="Repositories">The repositories it opens; null for every one of the account, because none was asked for.</param>
/// <param name="Permissions">The permissions, without the <c>metadata:read</c> that GitHub adds by itself.</param>
/// <param name="PermissionsAsked">False when none was asked for, and it therefore holds everything the App has.</param>
internal sealed record MintScope(
    IReadOnlyList<SandboxRepository>? Repositories, IReadOnlyDictionary<string, string> Permissions, bool PermissionsAsked);
