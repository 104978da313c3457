using System.Text.Json;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Tools;
using CursorBroker.Gateway.Tests.Pipeline;
using Json.Schema;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Tests.Mcp;

[TestClass]
public sealed class ToolBoxTests
{
    private static readonly PolicyReach Reach = PolicyCompiler.Compile(PipelineHarness.Policy).Policy!.ReachOf(PipelineHarness.Developer);

    [TestMethod]
    public void Pages_HoldEveryToolOnce_InOrder()
    {
        var box = new ToolBox(Named("d", "a", "c", "b", "e"), new McpOptions { PageSize = 2 });
        var (names, cursor, pages) = (new List<string>(), (string?)null, 0);
        do
        {
            var (page, next) = box.ListFor(Reach, cursor);
            names.AddRange(page.Select(static tool => tool.Name));
            (cursor, pages) = (next, pages + 1);
        }
        while (cursor is not null);

        Assert.AreEqual(("a b c d e", 3), (string.Join(' ', names), pages));
    }

    [TestMethod]
    public void Cursor_ThatNobodyGaveOut_IsRefused()
    {
        var box = new ToolBox(Named("a"), new McpOptions());

        Assert.ThrowsExactly<McpProtocolException>(() => box.ListFor(Reach, "not a cursor!"));
        Assert.ThrowsExactly<McpProtocolException>(() => box.ListFor(Reach, new string('a', 300)));
    }

    [TestMethod]
    public void Tool_ThatCanNeverBeUsed_IsNeitherListedNorFound()
    {
        var box = new ToolBox([new Made("open", true), new Made("closed", false)], new McpOptions());

        Assert.AreEqual("open", string.Join(' ', box.ListFor(Reach, null).Page.Select(static tool => tool.Name)));
        Assert.IsNull(box.Find("closed", Reach));
        Assert.IsNotNull(box.Find("open", Reach));
    }

    [TestMethod]
    public void Tools_OfOneName_AreABug() => Assert.ThrowsExactly<InvalidOperationException>(() => new ToolBox(Named("a", "a"), new McpOptions()));

    [TestMethod]
    public void OutputSchema_OfATool_ThatMayWait_TakesAnApprovalInsteadOfWhatItPromises()
    {
        var box = new ToolBox(GitHubTools.All(), new McpOptions());
        var tools = box.ListFor(PolicyCompiler.Compile(PipelineHarness.Policy.Replace("contents: write", "contents: write, pull_requests: write, issues: write", StringComparison.Ordinal)).Policy!.ReachOf(PipelineHarness.Developer), null).Page;
        var merge = JsonSchema.FromText(tools.Single(static tool => tool.Name == "create_or_update_file").OutputSchema!.Value.GetRawText());

        Assert.IsTrue(Fits(merge, """{"approval":{"id":"a-1","status":"pending","url":"https://x","next":"wait"}}"""));
        Assert.IsTrue(Fits(merge, """{"commit":{"sha":"1"}}"""));
        Assert.IsFalse(Fits(merge, """{}"""), "one of the two");
        Assert.IsFalse(Fits(merge, """{"approval":{"id":"a-1"}}"""));
    }

    private static bool Fits(JsonSchema schema, string json)
    {
        using var document = JsonDocument.Parse(json);
        return schema.Evaluate(document.RootElement).IsValid;
    }

    private static IEnumerable<IBrokerTool> Named(params string[] names) => names.Select(static name => new Made(name, true));

    private sealed class Made(string name, bool mayEver) : IBrokerTool
    {
        public Tool Definition { get; } = new() { Name = name };

        public bool MayEver(PolicyReach reach) => mayEver;

        public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken) => throw new InvalidOperationException("Nobody runs it.");
    }
}
