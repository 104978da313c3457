using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CursorBroker.Sandbox.Identity;

/// <summary>Someone, or something, that the stand-in provider knows.</summary>
/// <param name="Name">How it is picked: <c>developer</c>.</param>
/// <param name="DisplayName">The <c>name</c> claim.</param>
/// <param name="UserName">The <c>preferred_username</c> claim; empty for a workload.</param>
/// <param name="ObjectId">The <c>oid</c> claim: the same at every client, for good.</param>
/// <param name="Groups">Names of the groups assigned to the application, which stand in the <c>groups</c> claim.</param>
/// <param name="IsWorkload">True for a workload, which nobody can pick on the page.</param>
public sealed record SandboxIdentity(
    string Name, string DisplayName, string UserName, string ObjectId, ImmutableArray<string> Groups, bool IsWorkload = false);

/// <summary>The sandbox's tenant: its id, its groups and its identities. All of it is the same on every machine.</summary>
public static class SandboxDirectory
{
    /// <summary>The <c>tid</c> claim.</summary>
    public const string TenantId = "5ab0a4f2-6d1c-4b57-9f0e-3c1d20b7ca11";

    /// <summary>The group of developers.</summary>
    public const string Developers = "payments-dev";

    /// <summary>The group of leads.</summary>
    public const string Leads = "payments-leads";

    /// <summary>Every identity.</summary>
    public static ImmutableArray<SandboxIdentity> Identities { get; } =
    [
        new("developer", "Dana Developer", "dana@acme.example", "0d3e10a1-7c41-4e0f-8f3a-0a4bd9c1de01", [Developers]),
        new("lead", "Lee Lead", "lee@acme.example", "1ead20b2-8d52-4f10-9a4b-1b5ce0d2ef02", [Leads]),
        new("outsider", "Oz Outsider", "oz@elsewhere.example", "0075e0c3-9e63-4021-ab5c-2c6df1e3f003", []),
        new("build", "payments build", string.Empty, "b01d30d4-af74-4132-bc6d-3d7e02f40104", [], IsWorkload: true),
    ];

    /// <summary>Object ids of the groups, by name, as Microsoft Graph gives them. The last two are groups that hold the others' members.</summary>
    public static FrozenDictionary<string, string> GroupIds { get; } = new Dictionary<string, string>
    {
        [Developers] = "9a7d0001-1f0a-4c6e-8a11-d0d0d0d00001",
        [Leads] = "9a7d0002-2f1b-4d7f-9b22-1ead1ead0002",
        ["acme-engineering"] = "9a7d0003-3f2c-4e80-ac33-e9e9e9e90003",
        ["acme-everyone"] = "9a7d0004-403d-4f91-bd44-a11a11a10004",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The identity of a name; null when there is none.</summary>
    public static SandboxIdentity? Named(string? name) => Identities.FirstOrDefault(identity => identity.Name == name);

    /// <summary>The identity with an object id; null when there is none.</summary>
    public static SandboxIdentity? WithObjectId(string? id) =>
        Identities.FirstOrDefault(identity => string.Equals(identity.ObjectId, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>All groups someone is in, also by way of other groups, which is more than the application's tokens show.</summary>
    internal static IReadOnlyList<string> TransitiveGroups(SandboxIdentity identity) => identity.Groups.IsEmpty
        ? []
        : [.. identity.Groups, "acme-engineering", "acme-everyone"];
}
