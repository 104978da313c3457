using System.Collections.Immutable;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>
/// Every key of the language, by the mapping it belongs to. The names of these sets are the names of the definitions in
/// <c>policy.schema.json</c>, and a test holds the two equal: a new key goes into both.
/// </summary>
internal static class PolicyKeys
{
    public static readonly ImmutableArray<string> Policy = ["version", "issuers", "roles", "notify", "ceiling", "rules", "masking", "tests"];
    public static readonly ImmutableArray<string> Issuer = ["issuer", "audiences", "clients", "subject", "require", "groups", "workloads"];
    public static readonly ImmutableArray<string> Subject = ["claims"];
    public static readonly ImmutableArray<string> IssuerGroups = ["claim", "overage", "names"];
    public static readonly ImmutableArray<string> Workloads = ["claim", "value"];
    public static readonly ImmutableArray<string> Roles = ["admins", "auditors"];
    public static readonly ImmutableArray<string> Role = ["groups", "users"];
    public static readonly ImmutableArray<string> NotifyTarget = ["teams", "email"];
    public static readonly ImmutableArray<string> Rule =
        ["id", "who", "repositories", "allow", "refs", "lifetime", "opaque", "masking", "deny", "approve", "exchange", "vaults", "secrets", "use"];
    public static readonly ImmutableArray<string> Who = ["groups", "users", "workloads", "claims"];
    public static readonly ImmutableArray<string> Refs = ["visible", "push"];
    public static readonly ImmutableArray<string> Deny = ["push", "read", "api", "secrets"];
    public static readonly ImmutableArray<string> DenyRead = ["paths"];
    public static readonly ImmutableArray<string> Push = ["refs", "paths", "delete", "create", "force", "tags", "larger", "authors", "other-authors", "unsigned", "secrets"];
    public static readonly ImmutableArray<string> Api = ["permissions", "access", "routes", "secrets"];
    public static readonly ImmutableArray<string> Approve = ["when", "by", "notify", "expires", "valid"];
    public static readonly ImmutableArray<string> When = ["push", "paths", "api", "secrets"];
    public static readonly ImmutableArray<string> WhenSecrets = ["list", "get", "get-masked", "use", "set", "delete"];
    public static readonly ImmutableArray<string> By = ["groups", "quorum"];
    public static readonly ImmutableArray<string> Masking = ["rules", "action", "actions", "fields", "custom", "allow", "added"];
    public static readonly ImmutableArray<string> MaskingCustom = ["id", "pattern", "action"];
    public static readonly ImmutableArray<string> MaskingAllow = ["rule", "hash", "glob"];
    public static readonly ImmutableArray<string> Test = ["name", "caller", "push", "read", "api", "secret", "expect"];
    public static readonly ImmutableArray<string> TestCaller = ["groups", "user", "workload", "claims"];
    public static readonly ImmutableArray<string> TestPush = ["repository", "ref", "delete", "create", "force", "paths", "size", "authors", "unsigned", "secrets"];
    public static readonly ImmutableArray<string> TestRead = ["repository"];
    public static readonly ImmutableArray<string> TestSecret = ["vault", "name", "verb", "for", "into"];
    public static readonly ImmutableArray<string> TestApi = ["repository", "route", "permissions", "ref", "paths"];
}
