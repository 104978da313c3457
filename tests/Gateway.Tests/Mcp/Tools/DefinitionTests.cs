using System.Text.Json;
using CursorBroker.Gateway.Mcp.Tools;
using Json.Schema;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>What <c>tools/list</c> shows.</summary>
[TestClass]
public sealed class DefinitionTests
{
    private static readonly string[] Names =
    [
        "get_me", "get_file_contents", "create_or_update_file", "push_files", "delete_file", "create_branch", "list_branches", "list_commits", "get_commit", "list_tags", "search_code",
        "search_issues", "search_pull_requests", "issue_read", "issue_write", "list_issues", "add_issue_comment", "pull_request_read", "create_pull_request", "update_pull_request",
        "merge_pull_request", "list_pull_requests", "pull_request_review_write", "get_repository_tree", "actions_list", "get_job_logs",
    ];

    private static readonly string[] Changing =
    [
        "create_or_update_file", "push_files", "delete_file", "create_branch", "issue_write", "add_issue_comment", "create_pull_request", "update_pull_request", "merge_pull_request",
        "pull_request_review_write",
    ];

    [TestMethod]
    public void Tools_AreThoseThatModelsKnow() =>
        CollectionAssert.AreEquivalent(Names, GitHubTools.All().Select(static tool => tool.Definition.Name).ToList());

    [TestMethod]
    public void Definitions_SayWhatTheyAre()
    {
        foreach (var tool in GitHubTools.All().Select(static tool => tool.Definition))
        {
            var (name, annotations) = (tool.Name, tool.Annotations!);
            Assert.AreEqual(Changing.Contains(name), annotations.ReadOnlyHint == false, name);
            Assert.IsTrue(annotations is { DestructiveHint: not null, IdempotentHint: not null, OpenWorldHint: true }, name);
            Assert.IsFalse(annotations.ReadOnlyHint == true && annotations.DestructiveHint == true, name);
            Assert.IsTrue(tool.Title is { Length: > 3 } && tool.Description is { Length: > 40 and < 800 }, $"{name}: {tool.Description?.Length}");
            Assert.AreEqual("object", tool.InputSchema.GetProperty("type").GetString(), name);
            Assert.IsFalse(tool.InputSchema.GetProperty("additionalProperties").GetBoolean(), name);
            Assert.AreEqual("object", tool.OutputSchema!.Value.GetProperty("type").GetString(), name);
            _ = JsonSchema.FromText(tool.InputSchema.GetRawText());
        }
    }

    [TestMethod]
    public void Arguments_EachHaveATypeAndAWordAboutThem()
    {
        foreach (var tool in GitHubTools.All().Select(static tool => tool.Definition))
        {
            foreach (var property in tool.InputSchema.GetProperty("properties").EnumerateObject())
            {
                Assert.IsTrue(property.Value.TryGetProperty("type", out _) && property.Value.GetProperty("description").GetString() is { Length: > 4 }, $"{tool.Name}.{property.Name}");
            }

            foreach (var required in tool.InputSchema.GetProperty("required").EnumerateArray())
            {
                Assert.IsTrue(tool.InputSchema.GetProperty("properties").TryGetProperty(required.GetString()!, out _), $"{tool.Name}.{required}");
            }
        }
    }

    [TestMethod]
    public void List_OfAllTools_StaysSmall() =>
        Assert.IsLessThan(40_000, GitHubTools.All().Sum(static tool => JsonSerializer.Serialize(tool.Definition.InputSchema).Length + tool.Definition.Description!.Length));
}
