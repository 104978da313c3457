using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Leaves out of an answer what its reader may not see. An entry that cannot be understood is left out as well.</summary>
internal static class AnswerEdits
{
    /// <summary>A directory's entries, or a directory as an object with its entries; a file alone was decided by its path.</summary>
    public static void Directory(JsonNode answer, Grant grant)
    {
        Keep(answer as JsonArray ?? answer["entries"] as JsonArray, entry => MayRead(entry, "path", grant));
    }

    /// <summary>A tree's entries. Their paths must be from the repository's root: the tree of a commit.</summary>
    public static void Tree(JsonNode answer, Grant grant) => Keep(answer["tree"] as JsonArray, entry => MayRead(entry, "path", grant));

    /// <summary>The files of a commit or a comparison.</summary>
    public static void Files(JsonNode answer, Grant grant) => Keep(answer["files"] as JsonArray, entry => IsReadableFile(entry, grant));

    /// <summary>A list of files.</summary>
    public static void FileList(JsonNode answer, Grant grant) => Keep(answer as JsonArray, entry => IsReadableFile(entry, grant));

    /// <summary>Comments on lines of files, which hold those lines.</summary>
    public static void Comments(JsonNode answer, Grant grant) => Keep(answer as JsonArray, entry => MayRead(entry, "path", grant));

    /// <summary>A comment that was just written: it stands, and without the lines that it is on, unless its reader may see them anyway.</summary>
    public static void WrittenComment(JsonNode answer, Grant grant)
    {
        if (answer is JsonObject comment && !(grant.Visible.IsEverything && MayRead(comment, "path", grant)))
        {
            _ = comment.Remove("diff_hunk");
        }
    }

    /// <summary>A list of branches.</summary>
    public static void Branches(JsonNode answer, Grant grant) => Keep(answer as JsonArray, entry => Shows(entry, "name", "refs/heads/", grant));

    /// <summary>A list of tags.</summary>
    public static void Tags(JsonNode answer, Grant grant) => Keep(answer as JsonArray, entry => Shows(entry, "name", "refs/tags/", grant));

    /// <summary>A list of refs with full names, or one alone: where there is no ref of a name, GitHub may answer with those that begin so.</summary>
    public static void Refs(JsonNode answer, Grant grant)
    {
        if (answer is not JsonArray && !Shows(answer, "ref", "", grant))
        {
            throw new AnswerRefusedException(Showing.NotThere(Stage.Forward));
        }

        Keep(answer as JsonArray, entry => Shows(entry, "ref", "", grant));
    }

    private static bool IsReadableFile(JsonNode? entry, Grant grant) =>
        MayRead(entry, "filename", grant) && (entry!["previous_filename"] is null || MayRead(entry, "previous_filename", grant));

    private static bool MayRead(JsonNode? entry, string name, Grant grant) => Text(entry, name) is { } path && grant.Readable.MayRead(path);

    private static bool Shows(JsonNode? entry, string name, string prefix, Grant grant) =>
        Text(entry, name) is { } text && RefName.TryParse(prefix + text, out var reference) && grant.Visible.Shows(reference);

    private static string? Text(JsonNode? entry, string name) => entry is JsonObject && entry[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static void Keep(JsonArray? entries, Func<JsonNode?, bool> keep) => entries?.RemoveAll(entry => !keep(entry));
}
