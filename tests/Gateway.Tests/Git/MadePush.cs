using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Tests.Git.Packs;
using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Git;

/// <summary>A push of one commit with one file into an empty repository, so that nothing has to be fetched, and its examination.</summary>
internal sealed class MadePush
{
    public const string Path = "deploy/prod/values.yaml";

    private const string Person = "Dana <dana@example.com> 1700000000 +0000";

    public MadePush(byte[]? content = null)
    {
        var builder = new PackBuilder();
        var file = Add(builder, GitObjectType.Blob, content ?? "replicas: 3\n"u8.ToArray());
        var prod = Add(builder, GitObjectType.Tree, Entry("100644", "values.yaml", file));
        var deploy = Add(builder, GitObjectType.Tree, Entry("40000", "prod", prod));
        var root = Add(builder, GitObjectType.Tree, Entry("40000", "deploy", deploy));
        Commit = Add(builder, GitObjectType.Commit, Encoding.UTF8.GetBytes($"tree {root.Hex}\nauthor {Person}\ncommitter {Person}\n\nRaise the replicas\n")).Hex;
        Pack = builder.Build();
    }

    public string Commit { get; }

    public byte[] Pack { get; }

    public static Preview Preview { get; } = new(RepositoryName.Parse("acme/pay"), TimeSpan.FromMinutes(5), RefVisibility.Everything, KeepsPathsFromReaders: false);

    public string[] Commands(string capabilities) =>
        [$"{GitCall.Zero} {Commit} refs/heads/main{capabilities}", $"{GitCall.Zero} {Commit} refs/heads/cursor/x", GitCall.Flush];

    public byte[] Body(string capabilities = "\0 report-status side-band-64k agent=git/2.39") => [.. GitCall.Packets(Commands(capabilities)), .. Pack];

    /// <summary>What its examination asks: the refs of an empty repository.</summary>
    public static FakeUpstream EmptyRepository() => new([GitCall.Flush]);

    public static async Task<PushRequest> UnderstoodAsync(GitCall call) => (PushRequest)await call.UnderstoodAsync();

    /// <summary>Understood and examined.</summary>
    public static async Task<PushRequest> ExaminedAsync(GitCall call)
    {
        var push = await UnderstoodAsync(call);
        var outcome = await push.ExamineAsync(EmptyRepository(), Preview, CancellationToken.None);
        Assert.IsNull(outcome.Refusal, outcome.Refusal?.Detail);
        return push;
    }

    private static GitOid Add(PackBuilder builder, GitObjectType type, byte[] content)
    {
        builder.Add(type, content);
        return PackBuilder.IdOf(type, content);
    }

    private static byte[] Entry(string mode, string name, GitOid id) => [.. Encoding.ASCII.GetBytes($"{mode} {name}\0"), .. Convert.FromHexString(id.Hex)];
}
