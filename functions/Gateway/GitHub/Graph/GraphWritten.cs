using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>Looks through what a mutation sends: its variables, which hold its input whole, and its document. Files of a commit are compared with those that stand there, by who knows them.</summary>
internal static class GraphWritten
{
    /// <summary>The secrets in it; a refusal when there is a mask in it.</summary>
    public static Outcome<FoundSecrets> Look(GraphRequest request, WriteScanner scanner)
    {
        if (!request.IsMutation)
        {
            return FoundSecrets.None;
        }

        var files = request.Roots.Where(static root => root.Moves == GraphMutationKind.Commit).Select(static root => $"{root.Variable}.fileChanges.additions[").ToList();
        using var written = new Written(scanner);
        written.Add(request.Document, "the document", mayHoldSecrets: false);
        written.Add(request.Variables, "", PartOf);
        return written.End();

        WrittenPart? PartOf(string at, JsonValue value) =>
            at.EndsWith("].contents", StringComparison.Ordinal) && files.Exists(prefix => at.StartsWith(prefix, StringComparison.Ordinal)) ? WrittenPart.Elsewhere : null;
    }
}
