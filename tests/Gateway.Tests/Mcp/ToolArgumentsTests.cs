using System.Text.Json;
using CursorBroker.Gateway.Mcp;

namespace CursorBroker.Gateway.Tests.Mcp;

[TestClass]
public sealed class ToolArgumentsTests
{
    private static readonly JsonElement Schema = ToolSchema.Of("""
        {
          "type": "object",
          "properties": {
            "owner": { "type": "string" }, "repo": { "type": "string" }, "count": { "type": "integer" }, "flag": { "type": "boolean" },
            "files": { "type": "array", "items": { "type": "object", "properties": { "path": { "type": "string" } }, "required": ["path"] } }
          },
          "required": ["owner"]
        }
        """);

    [TestMethod]
    [DataRow("""{}""", "owner: is required.")]
    [DataRow("""{"owner":null}""", "owner: is required.")]
    [DataRow("""{"owner":"a","ownr":"b"}""", "ownr: is not an argument; there are owner, repo, count, flag, files.")]
    public void Arguments_OfAnotherShape_AreRefused_WithWhatThereIs(string arguments, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<ToolArgumentException>(() => Read(arguments)).Message);

    [TestMethod]
    public void Numbers_AreWholeAndWithinTheirRange_AndNoTexts()
    {
        Assert.AreEqual(7, Read("""{"owner":"a","count":7}""").Integer("count", 1, 100));
        foreach (var wrong in (string[])["\"7\"", "7.5", "0", "101", "1e300", "true", "[7]"])
        {
            var problem = Assert.ThrowsExactly<ToolArgumentException>(() => Read($$"""{"owner":"a","count":{{wrong}}}""").Integer("count", 1, 100));
            Assert.StartsWith("count: must be a whole number from 1 to 100, not ", problem.Message, wrong);
        }
    }

    [TestMethod]
    public void Texts_AndFlags_AreNotConverted()
    {
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":7}""").Text("owner"));
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":""}""").Text("owner"));
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"a","flag":"true"}""").Flag("flag"));
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"\ud800"}""").Text("owner"));
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"c"}""").Choice("owner", ["a", "b"]));
        Assert.IsFalse(Read("""{"owner":"a","flag":null}""").Flag("flag"));
    }

    [TestMethod]
    public void Objects_AreReadAsStrictly_AndNameWhichOfThemIsWrong()
    {
        var wrong = Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"a","files":[{"path":"x"},{"pth":"y"}]}""").Objects("files", Schema));

        Assert.AreEqual("files[1].pth: is not an argument; there are path.", wrong.Message);
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"a","files":[]}""").Objects("files", Schema));
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"a","files":[1]}""").Objects("files", Schema));
        Assert.ThrowsExactly<ToolArgumentException>(() => Read("""{"owner":"a","files":[{"path":"x"},{"path":"x"}]}""").Objects("files", Schema, most: 1));
    }

    private static ToolArguments Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ToolArguments.For(Schema, [.. document.RootElement.Clone().EnumerateObject().Select(static member => KeyValuePair.Create(member.Name, member.Value))]);
    }
}
