using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>People, the App's bot, organizations.</summary>
internal sealed class AccountTypes : IGraphTypes
{
    public void Add(GraphTable table)
    {
        // A viewer is always called a user, also when it is the bot.
        Shared(table.Type<AccountSource>("User")).Field("name", static account => account.Login).Constant(string.Empty, "email")
            .Field("isViewer", static account => account.Login == Accounts.Bot);
        Shared(table.Type<AccountSource>("Bot"));
        Shared(table.Type<AccountSource>("Organization")).Field("name", static account => account.Login);
    }

    private static GraphType<AccountSource> Shared(GraphType<AccountSource> type) => type
        .Field("id", static account => NodeIds.Of(account.Type switch { "Organization" => "O", "Bot" => "BOT", _ => "U" }, 0, account.Login))
        .Field("login", static account => account.Type == "Bot" ? SandboxGitHub.AppSlug : account.Login)
        .Field("databaseId", static account => Number(Accounts.Id(account.Login)))
        .Field("avatarUrl", static (account, field) => field.Call.Links.Page("avatars/" + Uri.EscapeDataString(account.Login)))
        .Field("url", static (account, field) => field.Call.Links.Page(Path(account)))
        .Field("resourcePath", static account => "/" + Path(account));

    /// <summary>An id as GraphQL has it, whose numbers end at 32 bits.</summary>
    public static int? Number(long id) => id <= int.MaxValue ? (int)id : null;

    private static string Path(AccountSource account) => account.Type == "Bot" ? "apps/" + SandboxGitHub.AppSlug : Uri.EscapeDataString(account.Login);
}
