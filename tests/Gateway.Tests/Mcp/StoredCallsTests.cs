using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Mcp.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Mcp;

/// <summary>What waits rests sealed, opens for whom it was kept, and is taken once.</summary>
[TestClass]
public sealed class StoredCallsTests
{
    private readonly MemoryBlobs _blobs = new();
    private readonly MemoryState _state = new();
    private readonly FakeTimeProvider _time = new();

    private StoredCalls Calls => new(_blobs, _state, new FakeSealer(), _time);

    [TestMethod]
    public async Task Call_ComesBackAsItWas()
    {
        var approval = NewApproval();
        var call = new ApiCallRequest(HttpMethod.Put, ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", "acme", "pay", "a b.txt"))
        {
            Query = [new("x", "y&z")],
            Body = new JsonObject { ["message"] = "Ä" },
            Accept = "application/json",
            MaxBytes = 7,
        };

        await Calls.KeepAsync(PipelineHarness.Developer, approval, StoredCall.Of("a_tool", call), CancellationToken.None);
        var kept = await Calls.FindAsync(PipelineHarness.Developer, approval.Id, CancellationToken.None);
        var back = kept!.ToCall();

        Assert.AreEqual(("a_tool", call.Target, call.Method, call.Path, call.Accept, call.MaxBytes), (kept.Tool, back.Target, back.Method, back.Path, back.Accept, back.MaxBytes));
        Assert.IsTrue(JsonNode.DeepEquals(call.Body, back.Body));
    }

    [TestMethod]
    public async Task Call_OfAnotherClientOrPerson_IsNotFound_AndDoesNotOpenWhereItIsPutInItsPlace()
    {
        var approval = NewApproval();
        await Calls.KeepAsync(PipelineHarness.Developer, approval, StoredCall.Of("a_tool", new(HttpMethod.Get, ApiPath.GraphQl)), CancellationToken.None);
        var stored = _blobs.Content.Single();
        Caller[] others =
        [
            PipelineHarness.Developer with { Client = "another" },
            PipelineHarness.Developer with { Person = new(PipelineHarness.Developer.Person.Issuer, "dev-2") },
            PipelineHarness.Developer with { Person = new("https://other.example", PipelineHarness.Developer.Person.Subject) },
        ];

        foreach (var other in others)
        {
            Assert.IsNull(await Calls.FindAsync(other, approval.Id, CancellationToken.None));
            await Calls.KeepAsync(other, approval, StoredCall.Of("b_tool", new(HttpMethod.Get, ApiPath.GraphQl)), CancellationToken.None);
            var own = _blobs.Content.Keys.Single(key => key != stored.Key);
            _blobs.Content[own] = stored.Value;
            await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => Calls.FindAsync(other, approval.Id, CancellationToken.None).AsTask());
            _blobs.Content.Remove(own);
        }
    }

    [TestMethod]
    public async Task Call_IsTakenOnce_AndWhatCameOfItIsKept()
    {
        var approval = NewApproval();

        Assert.IsTrue(await Calls.TakeAsync(approval, "r-1", CancellationToken.None));
        Assert.IsFalse(await Calls.TakeAsync(approval, "r-2", CancellationToken.None));
        await Calls.NoteAsync(approval.Id, "it was done", CancellationToken.None);

        Assert.AreEqual(("r-1", "it was done"), await Calls.FindTakenAsync(approval.Id, CancellationToken.None) is { } taken ? (taken.Request, taken.Outcome) : default);
    }

    private Approval NewApproval() => new()
    {
        Id = ApprovalId.New(),
        Fingerprint = Fingerprint.Of("x"u8),
        Requester = new(PipelineHarness.Developer.Person, "Dev One", CallerKind.Person, "s-1"),
        Target = "acme/pay",
        Summary = ["x"],
        Requirements = ImmutableArray<CursorBroker.Core.Policy.ApprovalRequirement>.Empty,
        SnapshotSha256 = "",
        Created = _time.GetUtcNow(),
        Expires = _time.GetUtcNow() + TimeSpan.FromMinutes(30),
        Valid = TimeSpan.FromMinutes(15),
    };

    private sealed class MemoryBlobs : IBlobStore
    {
        public Dictionary<StateKey, byte[]> Content { get; } = [];

        public async ValueTask<bool> CreateAsync(StateKey key, Stream content, DateTimeOffset? expires, CancellationToken cancellationToken)
        {
            key.ThrowIfInvalid();
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, cancellationToken);
            return Content.TryAdd(key, copy.ToArray());
        }

        public ValueTask<Stream?> OpenReadAsync(StateKey key, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Stream?>(Content.TryGetValue(key, out var content) ? new MemoryStream(content) : null);

        public ValueTask DeleteAsync(StateKey key, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is deleted here.");
    }
}
