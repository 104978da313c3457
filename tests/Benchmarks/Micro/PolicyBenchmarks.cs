using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Benchmarks.Micro;

/// <summary>One decision, alone and among rules that do not cover: the ratio between the rows is what the index promises.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private static readonly Caller Developer = new()
    {
        Issuer = "https://id.example.com",
        Person = new PersonId("https://id.example.com", "dev-1"),
        Kind = CallerKind.Person,
        Client = "cursor",
        Groups = ImmutableHashSet.Create("dev"),
        DisplayName = "Dev One",
    };

    private static readonly Operation Push = Operation.Push(
        RepositoryName.Parse("acme/payments-api"),
        new RefUpdate(RefName.Parse("refs/heads/cursor/fix"), GitOid.Parse(new string('1', 40)), GitOid.Parse(new string('2', 40))));

    private PolicySet _policy = null!;

    /// <summary>How many rules for other repositories stand beside the one that covers.</summary>
    [Params(0, 1_000)]
    public int Others { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var yaml = new StringBuilder("""
            version: 1
            issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
            rules:
              - { id: covering, who: { groups: [dev] }, repositories: [acme/payments-*], allow: { contents: write }, refs: { push: ["cursor/**"] } }

            """);
        for (var i = 0; i < Others; i++)
        {
            yaml.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  - {{ id: other-{i}, who: {{ groups: [dev] }}, repositories: [other{i}/*], allow: {{ contents: read }} }}");
        }

        var compiled = PolicyCompiler.Compile(yaml.ToString());
        _policy = compiled.Policy ?? throw new InvalidOperationException(string.Join(Environment.NewLine, compiled.Problems));
    }

    [Benchmark]
    public bool Decide() => _policy.Decide(Developer, Push) is Decision.Allow;
}
