using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>A call that writes or deletes one file on a branch, read.</summary>
/// <param name="Path">The file.</param>
/// <param name="Branch">The branch; null for the default branch.</param>
/// <param name="Content">What is written; null when it is deleted.</param>
/// <param name="Sha">The blob that the caller takes to be there; null for none.</param>
/// <param name="Message">The commit's message.</param>
/// <param name="Author">The commit's author, where the call names one or a committer.</param>
/// <param name="Committer">Its committer, where the call names one.</param>
/// <param name="Body">The body as it was understood.</param>
internal sealed record FileWrite(
    string Path, RefName? Branch, byte[]? Content, GitOid? Sha, string Message, CommitPerson? Author, CommitPerson? Committer, CallFields Body)
{
    private static readonly string[] OfPut = ["message", "content", "sha", "branch", "committer", "author"];
    private static readonly string[] OfDelete = ["message", "sha", "branch", "committer", "author"];

    /// <summary>
    /// Reads one. What a DELETE says in its query is not taken: whether GitHub heeds that or the body, where both speak, is not said anywhere.
    /// </summary>
    public static Outcome<FileWrite> Read(RestCall call)
    {
        var (path, deletes) = (call.Parameter("path"), call.Route.Method == "DELETE");
        if (FilePaths.Problem(path) is { } bad)
        {
            return bad;
        }

        if (!call.Query.IsEmpty)
        {
            return Refusals.NotSupported("Send message, sha and branch in the body, not in the query.");
        }

        if (!CallFields.Of(call, deletes ? OfDelete : OfPut).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        RefName? branch = null;
        if (body.Text("branch") is { } name && !RefNames.Branch(name).Succeeded(out branch, out refusal))
        {
            return refusal;
        }

        if (!Person(body, "committer").Succeeded(out var committer, out refusal) || !Person(body, "author").Succeeded(out var author, out refusal))
        {
            return refusal;
        }

        var content = deletes ? null : Decode(body.NeedText("content"));
        var write = new FileWrite(path, branch, content, deletes ? body.NeedOid("sha") : body.Oid("sha"), body.NeedText("message"), author.Of ?? committer.Of, committer.Of, body);
        return body.Problem is { } problem ? problem
            : !deletes && content is null ? Refusals.Malformed("The content is not base64.")
            : write;
    }

    /// <summary>
    /// The commit, as far as the call tells. Without a committer GitHub makes it in the App's name; who that is, and whether GitHub signs it, is not known beforehand, so that then
    /// nothing counts as known (null).
    /// </summary>
    public IReadOnlyCollection<CommitFacts>? Commits => Committer is null ? null : [Commit];

    /// <summary>The commit, for people.</summary>
    public CommitFacts Commit
    {
        get
        {
            var unnamed = new CommitPerson("GitHub, for the broker's App", "", null);
            return new(GitOid.Unmade, Author ?? unnamed, Committer ?? unnamed, HasSignature: false, Message.Length > CommitFacts.MaxMessage ? Message[..CommitFacts.MaxMessage] : Message);
        }
    }

    /// <summary>The body to send: on this branch, over this blob, with the content that was looked at, written in one way.</summary>
    public JsonObject BodyFor(RefName branch) => Content is null
        ? Body.With(("branch", branch.ShortName))
        : Body.With(("branch", branch.ShortName), ("content", Convert.ToBase64String(Content)));

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    private static Outcome<NamedPerson> Person(CallFields body, string field)
    {
        if (body.Node(field) is not { } node)
        {
            return new NamedPerson(null);
        }

        if (!CallFields.Of(node, "name", "email", "date").Succeeded(out var person, out var refusal))
        {
            return refusal;
        }

        var (name, email, date) = (person.NeedText("name"), person.NeedText("email"), person.Text("date"));
        DateTimeOffset? when = null;
        if (date is not null)
        {
            if (!DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            {
                return Refusals.Malformed($"The {field}'s date is none.");
            }

            when = parsed;
        }

        // What would end the line, or the address in it, early: who the commit names would not be whom the policy was asked about.
        return person.Problem is { } problem ? problem
            : (name + email).Any(static c => char.IsControl(c) || c is '<' or '>') || email.Trim() != email
                ? Refusals.Malformed($"The {field}'s name or address has a character that git's author line cannot hold.")
            : new NamedPerson(new(name, email, when));
    }

    private sealed record NamedPerson(CommitPerson? Of);
}
