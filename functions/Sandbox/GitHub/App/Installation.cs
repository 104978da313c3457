namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>The App's installation on one account, for all of the account's repositories.</summary>
/// <param name="Id">The installation's id.</param>
/// <param name="Account">The account's login.</param>
internal sealed record Installation(long Id, string Account);
