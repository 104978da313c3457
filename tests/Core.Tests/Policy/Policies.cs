using CsCheck;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>Policies, callers and operations that the tests here share.</summary>
internal static class Policies
{
    public const string Issuer = "https://issuer.example";
    public const string Tenant = "https://login.microsoftonline.com/6c1f1a4e-0000-4000-8000-000000000001/v2.0";

    public const string Example = """
        version: 1
        issuers:
          - issuer: https://login.microsoftonline.com/6c1f1a4e-0000-4000-8000-000000000001/v2.0
            audiences: [2f6b8c1e-0000-4000-8000-000000000002]
            groups: { claim: groups, overage: graph, names: { payments-dev: 11111111-0000-4000-8000-000000000003, payments-leads: 22222222-0000-4000-8000-000000000004 } }
        roles: { admins: { groups: [platform] }, auditors: { groups: [security] } }
        notify: { leads: { teams: secret:teams-webhook, email: [leads@example.com] } }
        ceiling: { administration: none, workflows: none }        # nobody, whatever a rule says
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, issues: write, checks: read }
            refs: { visible: [main, "release/*", "cursor/**"], push: ["cursor/**", main] }
            lifetime: 10m
            deny:
              - { push: { paths: ["**/*.pem", "**/.env"] } }
              - { push: { delete: true } }
            approve:
              - { when: { push: { refs: [main, "release/*"] } }, by: { groups: [payments-leads], quorum: 1 }, notify: [leads], expires: 30m, valid: 15m }
              - { when: { paths: ["deploy/prod/**"] }, by: { groups: [payments-leads] }, notify: [leads] }
          - id: payments-secrets
            who: { groups: [payments-dev] }
            repositories: [acme/payments-jobs]
            vaults: [kv-payments-dev]
            secrets: { "db-*": [list, get-masked, use, set], "feature-*": [get] }
            use: { "db-*": [github-actions-secret] }
            approve:
              - { when: { secrets: { set: "*" } }, by: { groups: [payments-leads] } }
        masking: { rules: default, fields: [password, client_secret], custom: [{ id: internal-key, pattern: "ik_[a-z0-9]{20}" }], allow: [ik_documentation] }
        tests:
          - { name: main waits for a lead, caller: { groups: [payments-dev] }, push: { repository: acme/payments-api, ref: main }, expect: approve }
        """;

    public static readonly Caller Developer = Person("dev-1", "payments-dev");

    private static readonly GitOid Zero = GitOid.Parse(new string('0', 40));
    private static readonly GitOid One = GitOid.Parse(new string('1', 40));
    private static readonly GitOid Two = GitOid.Parse(new string('2', 40));

    /// <summary>Compiles what must compile.</summary>
    public static PolicySet Compile(string yaml, PolicyCompileOptions? options = null)
    {
        var compilation = PolicyCompiler.Compile(yaml, options);
        Assert.IsNotNull(compilation.Policy, string.Join(Environment.NewLine, compilation.Problems));
        return compilation.Policy;
    }

    /// <summary>A policy of these rules (the text below <c>rules:</c>, not indented).</summary>
    public static PolicySet Rules(string rules, string rest = "") => Compile($"""
        version: 1
        issuers: [{"{"} issuer: {Issuer}, audiences: [broker], workloads: {"{"} claim: kind, value: ci {"}"} {"}"}]
        {rest}
        rules:
        {rules}
        """);

    public static Caller Person(string subject, params string[] groups) => new()
    {
        Issuer = Issuer,
        Person = new PersonId(Issuer, subject),
        Kind = CallerKind.Person,
        Client = "cursor",
        Groups = [.. groups],
        DisplayName = subject,
    };

    public static Caller Workload(string subject, params string[] groups) => Person(subject, groups) with { Kind = CallerKind.Workload };

    public static Operation Read(string repository = "acme/payments-api") => Operation.GitRead(RepositoryName.Parse(repository));

    public static Operation Prepare(string repository = "acme/payments-api") => Operation.PreparePush(RepositoryName.Parse(repository));

    /// <summary>A fast-forward push with known paths.</summary>
    public static Operation Push(string reference, params string[] paths) => Push(Update(reference, paths));

    public static Operation Push(RefUpdate update, string repository = "acme/payments-api") => Operation.Push(RepositoryName.Parse(repository), update);

    /// <summary>A call of the API that takes any of these sets of permissions, such as <c>issues:write</c> or <c>contents:write, workflows:write</c>.</summary>
    public static Operation Api(string route, params string[] needs) => Api(new ApiCall(route), needs);

    public static Operation Api(ApiCall call, params string[] needs) =>
        Operation.Api(RepositoryName.Parse("acme/payments-api"), [.. needs.Select(Permissions)], call);

    /// <summary>Reading contents over the API.</summary>
    public static Operation ReadFiles(string? from, params string[]? paths) =>
        Api(new ApiCall("GET /repos/{owner}/{repo}/contents/{path}") { Reads = new ContentRead(from is null ? null : RefName.Parse(from), paths) }, "contents:read");

    public static PermissionSet Permissions(string text) => text.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(static each => each.Split(':'))
        .Aggregate(PermissionSet.Empty, static (set, pair) => set.With(pair[0], Enum.Parse<Access>(pair[1], ignoreCase: true)));

    public static RefUpdate Update(string reference, params string[] paths) =>
        new(RefName.Parse(reference), One, Two) { Forced = false, ChangedPaths = paths, Commits = [], Size = 0 };

    public static RefUpdate Create(string reference) => new(RefName.Parse(reference), Zero, Two) { ChangedPaths = [], Commits = [], Size = 0 };

    public static RefUpdate Delete(string reference) => new(RefName.Parse(reference), One, Zero) { ChangedPaths = [] };

    /// <summary><c>allow</c>, <c>approve</c> or the denial's reason: short enough for a table.</summary>
    public static string Outcome(this Decision decision) => decision switch
    {
        Decision.Allow => "allow",
        Decision.NeedsApproval => "approve",
        Decision.Deny deny => deny.Reason.ToString(),
        _ => throw new InvalidOperationException(),
    };

    public static Grant GrantOf(this Decision decision) => decision switch
    {
        Decision.Allow allow => allow.Grant,
        Decision.NeedsApproval waits => waits.Grant,
        _ => throw new AssertFailedException($"No grant: {decision}"),
    };

    public static string Explained(this Decision decision) =>
        decision is Decision.Deny deny ? deny.Explanation : throw new AssertFailedException($"Not denied: {decision}");

    public static Gen<T> AnyOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);
}
