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
            .Field("isViewer", static account => account.Login == Accounts.Bot)
            .Field("repositories", static (account, field) => Repositories(account, field));
        Shared(table.Type<AccountSource>("Bot"));
        Shared(table.Type<AccountSource>("Organization")).Field("name", static account => account.Login)
            .Field("repositories", static (account, field) => Repositories(account, field))
            .Field("teams", static (_, field) => GraphConnection.Of<object>(field, [], static one => one));
    }

    // Of an account's repositories, those that the token is for.
    private static Dictionary<string, object?> Repositories(AccountSource account, GraphField field) => GraphConnection.Of(
        field,
        [.. field.Call.Services.Catalog.All
            .Where(one => string.Equals(one.Owner, account.Login, StringComparison.OrdinalIgnoreCase) && field.Call.Token.Opens(one) && field.Arguments.Flag("isFork") != true)
            .Where(one => field.Arguments.Text("privacy") is not { } privacy || (privacy == "PUBLIC") == one.IsPublic)
            .OrderBy(static one => one.FullName, StringComparer.Ordinal)],
        static one => new RepositorySource(one));

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
