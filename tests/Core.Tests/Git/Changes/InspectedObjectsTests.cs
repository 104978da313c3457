using System.Globalization;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>An upstream that leaves out some of what it is asked for, as git does with a tree within another one that is asked for too.</summary>
[TestClass]
public sealed class InspectedObjectsTests
{
    private static readonly GitOid[] Ids = [.. Enumerable.Range(1, 3).Select(static i => GitOid.Parse(i.ToString("x40", CultureInfo.InvariantCulture)))];

    [TestMethod]
    public async Task Ensure_OfObjectsThatComeOneAtATime_AsksAgainForTheRest()
    {
        var upstream = new OneAtATime([.. Ids]);
        var objects = new InspectedObjects(null, upstream, ObjectFormat.Sha1, new ChangeLimits());

        Assert.IsNull(await objects.EnsureAsync(Ids, CancellationToken.None));

        Assert.IsTrue(Ids.All(id => objects.TypeOf(id) == GitObjectType.Tree));
        Assert.AreEqual(3, upstream.Fetches);
    }

    [TestMethod]
    public async Task Ensure_OfAnObjectThatNeverComes_FailsNamingIt()
    {
        var upstream = new OneAtATime([.. Ids[..2]]);
        var objects = new InspectedObjects(null, upstream, ObjectFormat.Sha1, new ChangeLimits());

        var failure = await objects.EnsureAsync(Ids, CancellationToken.None);

        Assert.AreEqual(GitFailureKind.NotAllowed, failure?.Kind);
        Assert.Contains(Ids[2].Hex, failure!.Message);
        Assert.AreEqual(3, upstream.Fetches);
    }

    [TestMethod]
    public async Task Ensure_OfObjectsThatComeOneAtATime_StaysWithinTheLimitOfFetches()
    {
        var objects = new InspectedObjects(null, new OneAtATime([.. Ids]), ObjectFormat.Sha1, new ChangeLimits { MaxFetches = 2 });

        Assert.AreEqual(GitFailureKind.TooLarge, (await objects.EnsureAsync(Ids, CancellationToken.None))?.Kind);
    }

    private sealed class OneAtATime(HashSet<GitOid> has) : IUpstreamObjects
    {
        public int Fetches { get; private set; }

        public ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nobody asked for history.");

        public ValueTask<GitResult<IObjectSource>> FetchObjectsAsync(IReadOnlyCollection<GitOid> ids, CancellationToken cancellationToken)
        {
            Fetches++;
            return ValueTask.FromResult(GitResult.Success<IObjectSource>(new Source(ids.FirstOrDefault(has.Contains))));
        }
    }

    private sealed class Source(GitOid? only) : IObjectSource
    {
        public int Count => only is null ? 0 : 1;

        public GitObjectType? TypeOf(GitOid id) => id == only ? GitObjectType.Tree : null;

        public GitResult<GitObject> Read(GitOid id) => throw new InvalidOperationException("Nobody reads it.");
    }
}
