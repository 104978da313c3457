using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Shapes;

/// <summary>Changed files, whose patches share a budget: a few long ones must not push everything else out of what a model can read.</summary>
internal sealed class FileShape
{
    /// <summary>Bytes of all patches of an answer.</summary>
    private const int MostOfAll = 60_000;

    /// <summary>Bytes of one patch.</summary>
    private const int MostOfOne = 15_000;

    public const string Schema = """
        {
          "type": "object",
          "properties": {
            "filename": { "type": "string" }, "status": { "type": "string" }, "additions": { "type": "integer" }, "deletions": { "type": "integer" }, "changes": { "type": "integer" },
            "previous_filename": { "type": "string" }, "patch": { "type": "string" },
            "patch_cut_at": { "type": "integer", "description": "The patch is longer; only so many bytes of it are here" }
          },
          "required": ["filename"]
        }
        """;

    private int _left = MostOfAll;
    private int _cut;

    /// <summary>What was left out, for the reader; null for nothing.</summary>
    public string? Note => _cut == 0 ? null
        : string.Create(CultureInfo.InvariantCulture, $"{_cut} patches are cut (patch_cut_at). Ask for fewer files at once (perPage), or read the file itself with get_file_contents.");

    /// <summary>One file.</summary>
    /// <param name="file">What GitHub says of it.</param>
    /// <param name="withPatch">Whether its patch is wanted.</param>
    public JsonObject Of(JsonObject file, bool withPatch)
    {
        var made = Json.Of(
            ("filename", file.Text("filename")),
            ("status", file.Text("status")),
            ("additions", file.Copy("additions")),
            ("deletions", file.Copy("deletions")),
            ("changes", file.Copy("changes")),
            ("previous_filename", file.Text("previous_filename")));
        if (withPatch && file.Text("patch") is { } patch)
        {
            Add(made, patch);
        }

        return made;
    }

    private void Add(JsonObject made, string patch)
    {
        var cut = Cut.Of(Encoding.UTF8.GetBytes(patch), 0, Math.Min(MostOfOne, _left));
        _left -= (int)cut.End;
        if (cut.End > 0)
        {
            made["patch"] = cut.Text;
        }

        if (cut.HasMore)
        {
            _cut++;
            made["patch_cut_at"] = cut.End;
        }
    }
}
