using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Parsing;
using CursorBroker.Core.Policy.Yaml;
using NJsonSchema;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class SchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(PolicySchema.Json).GetAwaiter().GetResult();
    private static readonly JsonObject Definitions = JsonNode.Parse(PolicySchema.Json)!["definitions"]!.AsObject();

    [TestMethod]
    [DynamicData(nameof(ProblemRows.Structural), typeof(ProblemRows))]
    public void Schema_StructuralError_IsRefusedAsByTheCompiler(string marked, string message)
    {
        var yaml = marked.Replace(ProblemRows.Mark.ToString(), "", StringComparison.Ordinal);
        Assert.IsNotEmpty(Schema.Validate(Json(yaml)), message);
    }

    [TestMethod]
    [DataRow(Policies.Example)]
    [DataRow("version: 1")]
    [DataRow("version: 1\nissuers: [{ issuer: 'http://127.0.0.1:80', audiences: [a], clients: [c], subject: { claims: [sub] }, require: { tid: [x] }, workloads: always }]")]
    [DataRow("version: 1\nissuers: [{ issuer: https://a.example, audiences: [a], workloads: { claim: a, value: b } }]")]
    [DataRow("version: 1\nrules: [{ id: a, who: { claims: { a: [b] } }, repositories: ['*/*'], allow: { contents: read }, refs: { push: [] }, opaque: inspect, lifetime: 90s }]")]
    [DataRow("version: 1\nrules: [{ id: a, who: { users: [u] }, repositories: [a/b], deny: [{ read: { paths: [a, '**/b', 'c/**'] } }, { push: { refs: ['refs/tags/v*'], create: true, force: false, tags: true } }] }]")]
    [DataRow("version: 1\nrules: [{ id: a, who: { workloads: ['repo:a/**'] }, vaults: [kv], approve: [{ when: { secrets: { set: ['a*', b], get: c } }, by: { groups: [g], quorum: 2 } }] }]")]
    [DataRow("version: 1\ntests: [{ name: a, caller: { user: u, claims: { a: [b] } }, push: { repository: a/b, ref: refs/tags/v1, delete: true, paths: [a] }, expect: deny }]")]
    [DataRow("version: 1\nrules: [{ id: a, who: { groups: [g] }, vaults: [kv], secrets: { a: [delete] }, deny: [{ secrets: { get: ['*'], delete: b } }] }]")]
    [DataRow("version: 1\ntests: [{ name: a, caller: { groups: [g] }, secret: { vault: kv-dev, name: a, verb: use, for: github-actions-secret, into: acme/a }, expect: deny }, { name: b, caller: { groups: [g] }, secret: { vault: kv-dev, verb: list }, expect: deny }]")]
    [DataRow("version: 1\nrules: [{ id: a, who: { users: [u] }, repositories: [a/b], exchange: true, deny: [{ api: { permissions: { issues: write }, access: write, routes: ['PUT /repos/{owner}/{repo}/pulls/*/merge', 'mutation *', '**', 'DELETE **'] } }, { api: { permissions: [pages] } }], approve: [{ when: { api: { access: read } }, by: { groups: [g] } }] }]")]
    [DataRow("version: 1\ntests: [{ name: a, caller: { groups: [g] }, api: { repository: a/b, route: 'GET /repos/{owner}/{repo}', permissions: { metadata: read }, ref: main, paths: [] }, expect: deny }]")]
    [DataRow("version: 1\nmasking: { action: block, actions: { slack-app-token: audit }, custom: [{ id: a, pattern: x_y, action: mask }], allow: [x_y, { rule: a, glob: 'x*' }, { hash: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }] }")]
    [DataRow("version: 1\nrules: [{ id: a, who: { groups: [g] }, repositories: [a/b], allow: { contents: read }, masking: reveal }]")]
    [DataRow("version: 1\nmasking: { fields: [], allow: [] }\nroles: { auditors: { users: [u] } }\nnotify: { a: { teams: 'secret:x' } }\nceiling: { contents: admin }")]
    public void Schema_GoodPolicy_IsAcceptedAsByTheCompiler(string yaml)
    {
        Assert.IsNotNull(PolicyCompiler.Compile(yaml).Policy, string.Join('\n', PolicyCompiler.Compile(yaml).Problems));
        Assert.IsEmpty(Schema.Validate(Json(yaml)), string.Join('\n', Schema.Validate(Json(yaml))));
    }

    [TestMethod]
    public void Schema_Keys_AreTheCompilersKeys()
    {
        var compilers = typeof(PolicyKeys).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => char.ToLowerInvariant(field.Name[0]) + field.Name[1..], field => (ImmutableArray<string>)field.GetValue(null)!);
        foreach (var (name, keys) in compilers)
        {
            CollectionAssert.AreEquivalent(keys.ToArray(), PropertiesOf(name), name);
        }

        var closed = Definitions.Where(pair => pair.Value!["properties"] is not null).Select(pair => pair.Key);
        CollectionAssert.AreEquivalent(compilers.Keys.Append("allow").Append("ceiling").ToArray(), closed.ToArray());
    }

    [TestMethod]
    [DataRow("allow")]
    [DataRow("ceiling")]
    public void Schema_Permissions_AreTheCompilersPermissions(string definition) =>
        CollectionAssert.AreEquivalent(GitHubPermissions.Highest.Keys.ToArray(), PropertiesOf(definition));

    [TestMethod]
    public void Schema_EveryKey_HasADescriptionAndNoMappingIsOpenByAccident()
    {
        foreach (var (name, definition) in Definitions)
        {
            Assert.IsNotNull(definition!["description"], name);
            foreach (var (key, property) in definition["properties"]?.AsObject() ?? [])
            {
                Assert.IsNotNull(property!["description"], $"{name}.{key}");
            }

            Assert.IsTrue(definition["properties"] is null || definition["additionalProperties"]?.GetValue<bool>() == false, name);
        }
    }

    [TestMethod]
    public void Schema_ReferencesInside_AllExist()
    {
        foreach (var reference in PolicySchema.Json.Split("\"$ref\": \"#/definitions/").Skip(1).Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)]))
        {
            Assert.IsTrue(Definitions.ContainsKey(reference), reference);
        }
    }

    [TestMethod]
    public void Schema_PermissionNames_AreTheCompilersPermissions() => CollectionAssert.AreEquivalent(
        GitHubPermissions.Highest.Keys.ToArray(), Definitions["permissionName"]!["enum"]!.AsArray().Select(static name => name!.GetValue<string>()).ToArray());

    private static string[] PropertiesOf(string definition) => [.. Definitions[definition]!["properties"]!.AsObject().Select(pair => pair.Key)];

    /// <summary>The text as an editor's YAML-to-JSON sees it (core schema).</summary>
    private static string Json(string yaml) => Node(YamlReader.Read(yaml, new Problems())!)?.ToJsonString() ?? "null";

    private static JsonNode? Node(YamlValue value) => value switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Node(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Node)]),
        YamlScalar scalar => scalar.TypeOf() switch
        {
            ScalarType.Null => null,
            ScalarType.Boolean => JsonValue.Create(scalar.Text[0] is 't' or 'T'),
            ScalarType.Integer or ScalarType.Float => JsonNode.Parse(JsonSerializer.Serialize(scalar.Text).Trim('"')),
            _ => JsonValue.Create(scalar.Text),
        },
        _ => throw new InvalidOperationException(value.GetType().Name),
    };
}
