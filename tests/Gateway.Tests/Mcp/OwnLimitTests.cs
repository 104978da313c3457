using System.Text.Json;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Own;
using CursorBroker.Gateway.Mcp.Protocol;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.Mcp.Tools;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Mcp;

/// <summary>What the tools about approvals do no more than they have to.</summary>
[TestClass]
public sealed class OwnLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public async Task Attack_ApprovalListInALoop_ReadsTheDeskOnlySoOften()
    {
        var desk = new ListedDesk();
        var tool = new ApprovalList(desk, FakeDesk.Links, _time);
        var answers = new List<ToolAnswer>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add(await tool.RunAsync(Call(tool), CancellationToken.None));
        }

        Assert.AreEqual(5, desk.Looks);
        Assert.IsTrue(answers[^1] is { IsError: true, IsLimited: true });
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsFalse((await tool.RunAsync(Call(tool), CancellationToken.None)).IsError);
    }

    [TestMethod]
    public async Task Attack_ManyWaitsOfOnePerson_AreFourAtOnce()
    {
        var tool = new ApprovalWait(FakeDesk.Links);
        var settled = new TaskCompletionSource<Resumed>();
        var waiting = Enumerable.Range(0, 4).Select(_ => tool.RunAsync(Call(tool, seconds: 45, settled.Task), CancellationToken.None).AsTask()).ToArray();

        var fifth = await tool.RunAsync(Call(tool, seconds: 45, settled.Task), CancellationToken.None);
        settled.SetResult(new(null, ToolAnswer.Error("over")));
        await Task.WhenAll(waiting);
        var later = await tool.RunAsync(Call(tool, seconds: 45, settled.Task), CancellationToken.None);

        Assert.IsTrue(fifth.IsLimited, ToolUnderTest.TextOf(fifth));
        Assert.AreEqual("over", ToolUnderTest.TextOf(later));
    }

    [TestMethod]
    public async Task Attack_CallThatTheUserDeclinedAndPeopleApproved_IsNotPerformed()
    {
        var (desk, state) = (new FakeDesk(), new MemoryState());
        desk.Found.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        var stored = new StoredCalls(new OneBlob(), state, new FakeSealer(), _time);
        var tool = new ApprovalWait(FakeDesk.Links);
        var call = Call(tool, seconds: 0);
        await stored.KeepAsync(call.Caller, FakeDesk.Make(ApprovalStatus.Approved), StoredCall.Of("a_tool", new(HttpMethod.Get, ApiPath.GraphQl)), CancellationToken.None);
        var resumption = new Resumption(new ApprovalWaiting(desk, FakeDesk.Links, new(), _time, new StopSignal(default)), stored, FakeDesk.Links);

        var looked = await resumption.LookAsync(call, FakeDesk.Id, CancellationToken.None);

        Assert.IsFalse(looked.IsPerformed);
        Assert.Contains("was not performed", ToolUnderTest.TextOf(looked.Answer));
        Assert.IsNull(await stored.FindTakenAsync(FakeDesk.Id, CancellationToken.None), "it is there still for approval_wait");
    }

    private static ToolCall Call(IBrokerTool tool, int? seconds = null, Task<Resumed>? resumed = null) => new()
    {
        Arguments = ToolArguments.For(tool.Definition.InputSchema, seconds is null ? [] : [KeyValuePair.Create("id", Value(FakeDesk.Id.Value)), KeyValuePair.Create("seconds", Value(seconds.Value))]),
        Api = new ScriptedApi(),
        Turn = new McpTurn(
            new Answering(new DefaultHttpContext(), PipelineHarness.Developer, null!, null!, "r-1") { Mask = static (text, _) => text, Record = static _ => { } },
            new McpMessage(McpMessage.CallTool)),
        Progress = ToolProgress.None,
        Performing = static (_, _) => throw new InvalidOperationException("Nothing is performed here."),
        Resuming = async (_, _, _) => await resumed!,
    };

    private static JsonElement Value<T>(T value) => JsonSerializer.SerializeToElement(value);

    private sealed class OneBlob : IBlobStore
    {
        private byte[]? _content;

        public async ValueTask<bool> CreateAsync(StateKey key, Stream content, DateTimeOffset? expires, CancellationToken cancellationToken)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, cancellationToken);
            _content = copy.ToArray();
            return true;
        }

        public ValueTask<Stream?> OpenReadAsync(StateKey key, CancellationToken cancellationToken) => ValueTask.FromResult<Stream?>(_content is null ? null : new MemoryStream(_content));

        public ValueTask DeleteAsync(StateKey key, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is deleted here.");
    }

    private sealed class ListedDesk : IApprovalDesk
    {
        public int Looks { get; private set; }

        public async IAsyncEnumerable<Approval> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Looks++;
            await Task.CompletedTask;
            yield return FakeDesk.Make(ApprovalStatus.Pending);
        }

        public ValueTask<Approval> OpenAsync(ApprovalRequest request, CancellationToken cancellationToken) => throw Unexpected();

        public ValueTask<Approval?> FindAsync(ApprovalId id, CancellationToken cancellationToken) => throw Unexpected();

        public ValueTask<ApprovalStep?> UseAsync(ApprovalId id, Fingerprint fingerprint, IReadOnlyList<ApprovalRequirement> required, string request, CancellationToken cancellationToken) => throw Unexpected();

        public ValueTask<ApprovalSnapshot?> ReadSnapshotAsync(Approval approval, CancellationToken cancellationToken) => throw Unexpected();

        public ValueTask<ApprovalStep?> VoteAsync(ApprovalId id, Caller approver, ApprovalVerdict verdict, string reason, CancellationToken cancellationToken) => throw Unexpected();

        public ValueTask<ApprovalStep?> CancelAsync(ApprovalId id, Caller requester, CancellationToken cancellationToken) => throw Unexpected();

        private static InvalidOperationException Unexpected() => new("Lists are read here, and nothing else.");
    }
}
