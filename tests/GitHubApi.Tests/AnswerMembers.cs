using System.Collections.Immutable;
using System.Text.Json;

namespace CursorBroker.GitHubApi.Tests;

/// <summary>Which members GitHub's description gives to the answers of an operation.</summary>
internal static class AnswerMembers
{
    // Whole things that stand in nearly every answer, and say nothing of refs and paths that the route for them does not say.
    private static readonly string[] Aside = ["repository", "repo", "parent", "template_repository", "forkee", "owner", "app", "performed_via_github_app", "private_fork"];

    /// <summary>The names of all members, at any depth.</summary>
    public static ImmutableHashSet<string> Of(JsonElement description, JsonElement operation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var response in operation.GetProperty("responses").EnumerateObject().Where(static response => response.Name.StartsWith('2')))
        {
            foreach (var content in Members(OpenApiDescription.Resolved(description, response.Value), "content"))
            {
                if (content.Value.TryGetProperty("schema", out var schema))
                {
                    Add(schema);
                }
            }
        }

        return [.. names];

        void Add(JsonElement schema)
        {
            if (schema.TryGetProperty("$ref", out var reference) && !seen.Add(reference.GetString()!))
            {
                return;
            }

            var known = OpenApiDescription.Resolved(description, schema);
            foreach (var member in Members(known, "properties"))
            {
                names.Add(member.Name);
                if (!Aside.Contains(member.Name))
                {
                    Add(member.Value);
                }
            }

            if (known.TryGetProperty("items", out var items))
            {
                Add(items);
            }

            foreach (var form in ((string[])["allOf", "anyOf", "oneOf"]).SelectMany(name => known.TryGetProperty(name, out var forms) ? forms.EnumerateArray() : []))
            {
                Add(form);
            }
        }
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement holder, string name) => holder.TryGetProperty(name, out var members) ? members.EnumerateObject() : default;
}
