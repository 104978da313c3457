using System.Text;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Protocol;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Vault;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Tests.Mcp;

/// <summary>Messages that could be read in two ways, or that hold more than they bring.</summary>
[TestClass]
public sealed class McpMessageTests
{
    [TestMethod]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/list","Method":"tools/call","params":{}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"Method":"tools/call","params":{}}""")]
    [DataRow("""{"jsonrpc":"2.0","ID":1,"method":"tools/call","params":{"name":"whoami"}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","Params":{"name":"whoami"}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","Name":"push_files"}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"NAME":"push_files"}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","Arguments":{}}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","_Meta":{}}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"URI":"x"}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","other":1,"Other":2}}""")]
    public void Attack_MemberThatIsFoundOnlyWithoutCase_IsRefused(string json) =>
        Assert.IsFalse(McpMessage.Read(Encoding.UTF8.GetBytes(json)).Succeeded(out _, out _));

    [TestMethod]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"Name":"a","name":"b"},"_meta":{"Name":1}}}""")]
    [DataRow("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}""")]
    public void Message_WithNamesAsTheProtocolHasThem_IsRead(string json) =>
        Assert.IsTrue(McpMessage.Read(Encoding.UTF8.GetBytes(json)).Succeeded(out _, out _));

    [TestMethod]
    public async Task Attack_ManySlowMessagesOfNoLength_TakeNoMoreOfTheBudgetThanTheyBring()
    {
        var options = new McpOptions { MaxMessageBytes = 1024 * 1024, MaxHeldBytes = 1024 * 1024 };
        var room = new McpRoom(null!, null!, null!, new MessageBudget(options), options);
        var slow = Enumerable.Range(0, 8).Select(_ => room.ClassifyAsync(Post(new Dripping()), CancellationToken.None).AsTask()).ToArray();

        var read = await room.ClassifyAsync(Post(new MemoryStream("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"""u8.ToArray())), CancellationToken.None);

        Assert.IsTrue(read.Succeeded(out _, out var refusal), refusal?.Detail);
        Assert.IsTrue(slow.All(static each => !each.IsCompleted), "they are being read still");
    }

    [TestMethod]
    public async Task Message_ThatIsRead_HoldsItsLengthUntilItIsAnswered_AndNoMoreThanThereIs()
    {
        var options = new McpOptions { MaxMessageBytes = 300_000, MaxHeldBytes = 300_000 };
        var room = new McpRoom(null!, null!, null!, new MessageBudget(options), options);
        static MemoryStream Message(int length) => new(Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"{{{new string('x', length)}}}"}}"""));

        Assert.IsTrue((await room.ClassifyAsync(Post(Message(160_000)), CancellationToken.None)).Succeeded(out _, out _));
        Assert.IsTrue((await room.ClassifyAsync(Post(Message(120_000)), CancellationToken.None)).Succeeded(out _, out _), "what the first took too much is given back");
        Assert.IsFalse((await room.ClassifyAsync(Post(Message(120_000)), CancellationToken.None)).Succeeded(out _, out var refusal));
        Assert.AreEqual(RefusalKind.Unavailable, refusal!.Kind);
    }

    [TestMethod]
    public void Text_OfWhatHoldsSecrets_HasNone()
    {
        var call = new ApiCallRequest(HttpMethod.Put, ApiPath.OfVault("/{vault}/secrets/{secret}", "kv-dev", "db")) { Body = new System.Text.Json.Nodes.JsonObject { ["value"] = "the-secret" }, Query = [new("q", "the-secret")] };
        foreach (var text in (string[])[$"{call}", $"{StoredCall.Of("set_secret", call)}", $"{new VaultBody("the-secret", new())}"])
        {
            Assert.DoesNotContain("the-secret", text);
            Assert.IsNotEmpty(text);
        }
    }

    private static DefaultHttpContext Post(Stream body)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Body = body;
        return context;
    }

    /// <summary>A little, and then nothing for ever.</summary>
    private sealed class Dripping : MemoryStream
    {
        private bool _begun;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_begun)
            {
                _begun = true;
                buffer.Span[0] = (byte)'{';
                return 1;
            }

            await new TaskCompletionSource().Task;
            return 0;
        }
    }
}
