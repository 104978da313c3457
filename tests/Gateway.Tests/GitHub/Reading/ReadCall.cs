using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Reading;

/// <summary>One reading call under a policy: what it is found to read.</summary>
internal sealed class ReadCall(FakeApi api, string refs = "", string deny = "")
{
    private static readonly RepositoryName Asked = RepositoryName.Parse("acme/pay");

    private readonly PolicySet _policy = PolicyCompiler.Compile($$"""
        version: 1
        issuers: [{ issuer: https://id.example, audiences: [broker] }]
        rules:
          - id: all
            who: { groups: [dev] }
            repositories: [acme/*]
            allow: { contents: read, pull_requests: read, metadata: read }
            {{(refs.Length == 0 ? "" : $"refs: {{ visible: [{refs}] }}")}}
            {{(deny.Length == 0 ? "" : $"deny: [{{ read: {{ paths: [{deny}] }} }}]")}}
        """).Policy!;

    public RestMedia Media { get; init; } = RestMedia.Json;

    /// <summary>What it reads: each ref (or "any") with its paths (or "any").</summary>
    public async Task<string> ReadsAsync(string route, params (string Name, string Value)[] values) => Describe(await EffectAsync(route, values));

    public async Task<RestEffect> EffectAsync(string route, params (string Name, string Value)[] values)
    {
        var outcome = await ExamineAsync(route, values);
        Assert.IsTrue(outcome.Succeeded(out var effect, out var refusal), refusal?.Detail);
        return effect;
    }

    public async Task<Outcome<RestEffect>> ExamineAsync(string route, params (string Name, string Value)[] values)
    {
        var parts = route.Split(' ');
        var template = parts[1];
        var known = new ApiRoute(parts[0], template) { Kind = ApiRouteKind.Contents, Needs = [PermissionSet.ContentsRead] };
        var parameters = values.Where(value => template.Contains($"{{{value.Name}}}", StringComparison.Ordinal)).ToImmutableDictionary(static value => value.Name, static value => value.Value)
            .Add("owner", "acme").Add("repo", "pay");
        var call = new RestCall(
            new ApiMatch(known, parameters),
            Asked,
            [.. values.Where(value => !parameters.ContainsKey(value.Name)).Select(static value => KeyValuePair.Create(value.Name, value.Value))],
            null,
            Media);
        return await new ReadingExaminer().ExamineAsync(call, api, Preview(), CancellationToken.None);
    }

    public Grant Grant() => Decision() is Decision.Allow allow ? allow.Grant : throw new AssertFailedException("the policy does not allow reading");

    private static string Describe(RestEffect effect) => string.Join("; ", effect.Operations.Select(static operation => (ApiCall)operation.Details).Select(static call => call.Reads is not { } read
        ? "nothing"
        : $"{read.From?.Value ?? "any"}: {(read.Paths is { } paths ? $"[{string.Join(", ", paths)}]" : "any")}"));

    private Preview Preview()
    {
        var open = (PreliminaryDecision.Open)_policy.Preview(Caller, Operation.GitRead(Asked));
        return new(Asked, open.Lifetime, open.Visible, open.KeepsPathsFromReaders) { Named = open.Named, Readable = open.Readable };
    }

    private Decision Decision() => _policy.Decide(Caller, Operation.GitRead(Asked));

    private static Caller Caller => new()
    {
        Issuer = "https://id.example",
        Person = new PersonId("https://id.example", "u-1"),
        Kind = CallerKind.Person,
        Client = "",
        Groups = ["dev"],
        DisplayName = "Una",
    };
}
