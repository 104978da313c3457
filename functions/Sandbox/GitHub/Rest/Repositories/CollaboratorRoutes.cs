using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Repositories;

/// <summary>Who may work on a repository.</summary>
internal sealed class CollaboratorRoutes : IRestGroup
{
    public void Add(RestTable table)
    {
        table.GetPrivate("collaborators", "metadata=read", static call => Task.FromResult(RestAnswer.List(Accounts.Members, login => Json(login, call))));
        table.GetPrivate("collaborators/{username}", "metadata=read", static call =>
            Task.FromResult(Accounts.IsMember(call["username"]) ? RestAnswer.NoContent : RestAnswer.NotFound));
        table.GetPrivate("collaborators/{username}/permission", "metadata=read", static call => Task.FromResult(Permission(call)));
        table.Put("collaborators/{username}", "administration=write", static call =>
            Task.FromResult(Accounts.IsMember(call["username"]) ? RestAnswer.NoContent : RestAnswer.NotFound));
    }

    private static RestAnswer Permission(RestCall call)
    {
        var login = Accounts.Members.FirstOrDefault(one => string.Equals(one, call["username"], StringComparison.OrdinalIgnoreCase));
        return login is null
            ? RestAnswer.NotFound
            : RestAnswer.Of(new JsonObject
            {
                ["permission"] = IsAdmin(login) ? "admin" : "write",
                ["user"] = Json(login, call),
                ["role_name"] = IsAdmin(login) ? "admin" : "write",
            });
    }

    private static bool IsAdmin(string login) => login == Accounts.Members[0];

    private static JsonObject Json(string login, RestCall call)
    {
        var json = Accounts.Json(login, call.Links);
        json["permissions"] = new JsonObject
        {
            ["pull"] = true,
            ["triage"] = true,
            ["push"] = true,
            ["maintain"] = IsAdmin(login),
            ["admin"] = IsAdmin(login),
        };
        json["role_name"] = IsAdmin(login) ? "admin" : "write";
        return json;
    }
}
