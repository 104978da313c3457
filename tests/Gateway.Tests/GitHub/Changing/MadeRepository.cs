using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Git.Changes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>A repository at GitHub, made by hand: every object by its id, refs, and what its API was told to answer. Anything else fails the test.</summary>
internal sealed class MadeRepository : IUpstreamReader
{
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal) { ["repos/Acme/Pay"] = """{ "default_branch": "main" }""" };

    public MadeHistory History { get; } = new();

    public SortedDictionary<string, GitOid> Refs { get; } = new(StringComparer.Ordinal);

    public RepositoryIdentity Repository { get; } = new(42, RepositoryName.Parse("Acme/Pay"));

    public SessionId Session { get; } = new("s-1");

    public List<string> Asked { get; } = [];

    /// <summary>Points a ref at a new commit of these files.</summary>
    public GitOid Commit(string name, GitOid? parent, params (string Path, string Content)[] files) =>
        Refs[name] = History.Commit(History.Files(files), parent is null ? [] : [parent]);

    /// <summary>What the API answers below the repository.</summary>
    public void Answer(string path, string json) => _answers[$"repos/Acme/Pay{path}"] = json;

    /// <summary>An open pull request.</summary>
    public void Pull(int number, string into, GitOid head, string branch, long? headRepository = 42) => Answer(
        $"/pulls/{number}",
        $$"""
        { "number": {{number}}, "state": "open", "base": { "ref": "{{into}}", "repo": { "id": 42 } },
          "head": { "ref": "{{branch}}", "sha": "{{head.Hex}}", "repo": {{(headRepository is { } id ? $$"""{ "id": {{id}} }""" : "null")}} } }
        """);

    public ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken)
    {
        Asked.Add(pathAndQuery);
        return ValueTask.FromResult<Outcome<UpstreamReply>>(_answers.TryGetValue(pathAndQuery, out var json)
            ? json.Length == 0 ? new UpstreamReply(404, default, null) : new UpstreamReply(200, Encoding.UTF8.GetBytes(json), null)
            : throw new AssertFailedException($"unexpected question: {pathAndQuery}"));
    }

    public async ValueTask<Outcome<T>> ReadAsync<T>(
        UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
        where T : class
    {
        Assert.AreEqual("Acme/Pay.git/git-upload-pack", exchange.PathAndQuery, "only reading is asked for");
        using var body = new MemoryStream();
        await exchange.Body!.CopyToAsync(body, cancellationToken);
        var question = Encoding.UTF8.GetString(body.ToArray());
        return await read(PipeReader.Create(new MemoryStream(AnswerGit(question))), cancellationToken);
    }

    /// <summary>What git-upload-pack answers.</summary>
    public byte[] AnswerGit(string question) => question.Contains("command=ls-refs", StringComparison.Ordinal) ? List() : Fetch(question);

    private byte[] List()
    {
        var output = new ArrayBufferWriter<byte>();
        if (Refs.TryGetValue("refs/heads/main", out var main))
        {
            PktLineWriter.WriteLine(output, $"{main.Hex} HEAD symref-target:refs/heads/main");
        }

        foreach (var (name, id) in Refs)
        {
            var peeled = History[id].Type == GitObjectType.Tag ? $" peeled:{TagObject.Parse(id, History[id].Content, ObjectFormat.Sha1).Value!.Target.Hex}" : "";
            PktLineWriter.WriteLine(output, $"{id.Hex} {name}{peeled}");
        }

        PktLineWriter.WriteFlush(output);
        return output.WrittenSpan.ToArray();
    }

    private byte[] Fetch(string question)
    {
        var output = new ArrayBufferWriter<byte>();
        var (wants, haves) = (Named(question, "want "), Named(question, "have "));
        Assert.IsNotEmpty(wants);
        if (wants.Find(id => !History.Has(id)) is { } absent)
        {
            PktLineWriter.WriteLine(output, $"ERR upload-pack: not our ref {absent.Hex}");
            return output.WrittenSpan.ToArray();
        }

        var ids = question.Contains("deepen 1", StringComparison.Ordinal) ? wants.ToHashSet() : Reach(wants).Except(Reach(haves)).ToHashSet();
        PktLineWriter.WriteLine(output, "packfile");
        foreach (var part in History.Pack(ids).Chunk(60_000))
        {
            PktLineWriter.WriteData(output, [1, .. part]);
        }

        PktLineWriter.WriteFlush(output);
        return output.WrittenSpan.ToArray();
    }

    private static List<GitOid> Named(string question, string what) => [.. question.Split('\n').SelectMany(line =>
        line.IndexOf(what, StringComparison.Ordinal) is >= 0 and var at ? new[] { GitOid.Parse(line.Substring(at + what.Length, 40)) } : [])];

    private HashSet<GitOid> Reach(IEnumerable<GitOid> tips)
    {
        var seen = new HashSet<GitOid>();
        var pending = new Stack<GitOid>(tips);
        while (pending.TryPop(out var id))
        {
            if (History[id].Type is GitObjectType.Commit or GitObjectType.Tag && seen.Add(id))
            {
                foreach (var next in History[id].Type == GitObjectType.Commit
                    ? History.CommitOf(id).Parents.AsEnumerable()
                    : [TagObject.Parse(id, History[id].Content, ObjectFormat.Sha1).Value!.Target])
                {
                    pending.Push(next);
                }
            }
        }

        return seen;
    }
}
