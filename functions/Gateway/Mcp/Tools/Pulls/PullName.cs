using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary>One pull request, as the arguments <c>owner</c>, <c>repo</c> and <c>pullNumber</c> name it.</summary>
/// <param name="Repository">Its repository.</param>
/// <param name="Number">Its number.</param>
internal sealed record PullName(RepositoryName Repository, string Number)
{
    /// <summary>The argument that names it.</summary>
    public const string Property = """ "pullNumber": { "type": "integer", "minimum": 1, "description": "Number of the pull request" } """;

    public static PullName Of(ToolArguments arguments) => new(arguments.Repository(), arguments.Integer("pullNumber").ToString(CultureInfo.InvariantCulture));

    /// <summary>Its address, or one below it.</summary>
    public ApiPath Path(string below = "") => ApiPath.Of("/repos/{owner}/{repo}/pulls/{pull_number}" + below, Repository.Owner, Repository.Name, Number);

    /// <summary>One below it that has a number of its own.</summary>
    public ApiPath Path(string below, string id) => ApiPath.Of("/repos/{owner}/{repo}/pulls/{pull_number}" + below, Repository.Owner, Repository.Name, Number, id);

    /// <summary>Looks it up.</summary>
    public ValueTask<Asked> AskAsync(ToolCall call, CancellationToken cancellationToken) => call.AskAsync(ApiCallRequest.Get(Path()), cancellationToken);
}
