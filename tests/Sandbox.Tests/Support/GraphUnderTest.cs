using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CursorBroker.Sandbox.Tests.Support;

/// <summary>GraphQL as a token with some permissions on acme/payments-api sees it.</summary>
internal sealed class GraphUnderTest(RestUnderTest rest)
{
    public RestUnderTest Rest { get; } = rest;

    /// <summary>The whole answer.</summary>
    public async Task<JsonElement> AskAsync(string query, JsonObject? variables = null)
    {
        var body = new JsonObject { ["query"] = query, ["variables"] = variables?.DeepClone() };
        using var response = await Rest.GitHub.SendAsync(HttpMethod.Post, Rest.GitHub.Server.Git + "api/graphql", Rest.Token, body);
        return await GitHubUnderTest.JsonAsync(response, HttpStatusCode.OK);
    }

    /// <summary>The data of an answer without errors.</summary>
    public async Task<JsonElement> DataAsync(string query, JsonObject? variables = null)
    {
        var answer = await AskAsync(query, variables);
        Assert.IsFalse(answer.TryGetProperty("errors", out var errors), errors.ToString());
        return answer.GetProperty("data");
    }

    /// <summary>What is selected of the repository.</summary>
    public async Task<JsonElement> RepositoryAsync(string selection) =>
        (await DataAsync($$"""{ repository(owner: "acme", name: "payments-api") { {{selection}} } }""")).GetProperty("repository");

    /// <summary>What a mutation gives, whose input is a JSON object.</summary>
    public async Task<JsonElement> MutateAsync(string mutation, JsonObject input, string selection) =>
        (await DataAsync(Mutation(mutation, selection), new JsonObject { ["input"] = input.DeepClone() })).GetProperty(mutation);

    /// <summary>The one error of a mutation that is refused.</summary>
    public async Task<JsonElement> RefusedAsync(string mutation, JsonObject input)
    {
        var answer = await AskAsync(Mutation(mutation, "clientMutationId"), new JsonObject { ["input"] = input.DeepClone() });
        Assert.AreEqual(JsonValueKind.Null, answer.GetProperty("data").GetProperty(mutation).ValueKind, answer.ToString());
        return answer.GetProperty("errors")[0];
    }

    private static string Mutation(string name, string selection) =>
        $$"""mutation M($input: {{char.ToUpperInvariant(name[0])}}{{name[1..]}}Input!) { {{name}}(input: $input) { {{selection}} } }""";
}
