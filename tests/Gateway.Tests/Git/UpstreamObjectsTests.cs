using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Git.Packs;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Git;

/// <summary>What is fetched from the upstream to understand a push.</summary>
[TestClass]
public sealed class UpstreamObjectsTests
{
    [TestMethod]
    public async Task Fetch_LevelAfterLevel_KeepsOnlyTheLastAtHand()
    {
        // Attack: two hundred nested directories of megabytes each, of which every one is fetched by itself.
        var options = new InspectionOptions();
        var content = new byte[1000];
        var id = PackBuilder.IdOf(GitObjectType.Blob, content);
        using var objects = new UpstreamObjects(new PackUpstream(new PackBuilder().Add(GitObjectType.Blob, content).Build()), null, new SpoolBudget(options), options);

        var first = (PackContents)(await objects.FetchObjectsAsync([id], CancellationToken.None)).Value!;
        Assert.IsTrue(first.Read(id).Succeeded);
        Assert.AreEqual(1000, first.HeldBytes);
        _ = await objects.FetchObjectsAsync([id], CancellationToken.None);

        Assert.AreEqual(0, first.HeldBytes);
        Assert.IsTrue(first.Read(id).Succeeded);
    }

    /// <summary>Answers every fetch with one pack.</summary>
    private sealed class PackUpstream(byte[] pack) : IUpstreamReader
    {
        public RepositoryIdentity Repository => GitCall.Repository;

        public SessionId Session { get; } = new("s-1");

        public ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken) =>
            throw new AssertFailedException($"unexpected question: {pathAndQuery}");

        public async ValueTask<Outcome<T>> ReadAsync<T>(
            UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
            where T : class
        {
            byte[] answer = [.. "000dpackfile\n"u8, .. Encoding.ASCII.GetBytes((pack.Length + 5).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)), 1, .. pack, .. "0000"u8];
            return await read(PipeReader.Create(new MemoryStream(answer)), cancellationToken);
        }
    }
}
