using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>A repository's languages, by how much of the default branch is written in each.</summary>
internal static class LanguageField
{
    public static async Task<object?> AnswerAsync(SandboxRepository repository, GraphField field)
    {
        var sizes = await Languages.SizesAsync(field.Call.Services.Git, repository, field.Call.Cancelled).ConfigureAwait(false);
        var page = GraphConnection.Of(field, sizes, static one => Language(one.Language));
        page["edges"] = sizes.Select(static one => new Dictionary<string, object?> { ["node"] = Language(one.Language), ["size"] = (int)one.Size, ["cursor"] = one.Language }).ToList();
        page["totalSize"] = (int)sizes.Sum(static one => one.Size);
        return page;
    }

    private static Dictionary<string, object?> Language(string name) => new() { ["id"] = NodeIds.Of("LN", 0, name), ["name"] = name, ["color"] = null };
}
