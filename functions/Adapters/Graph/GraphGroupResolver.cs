using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Graph;

/// <summary>
/// Asks Microsoft Graph for every group someone is in, nested ones too (<c>transitiveMemberOf</c>). All pages or none: a partial list,
/// a page on another host and anything that is not the documented answer are failures.
/// </summary>
public sealed class GraphGroupResolver(HttpMessageInvoker http, IGraphTokenSource tokens, GraphOptions options, TimeProvider time) : IGroupOverageResolver
{
    // 999 ids with their type names are about 150 KB.
    private const int MaxPageBytes = 1024 * 1024;

    /// <inheritdoc/>
    public async ValueTask<GroupOverageOutcome> ResolveAsync(GroupQuestion question, CancellationToken cancellationToken)
    {
        // Entra object ids are GUIDs; anything else has no business in a path.
        if (!Guid.TryParseExact(question.ObjectId, "D", out var objectId))
        {
            return Failed("the token's oid is not an object id");
        }

        var token = await tokens.GetAsync(cancellationToken);
        if (token.Failure is { } failure)
        {
            return Failed(failure);
        }

        var ids = ImmutableArray.CreateBuilder<string>();
        var next = FirstPage(question.Kind, objectId);
        for (var page = 0; page < options.MaxPages; page++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
            var answer = await BoundedAnswer.SendAsync(http, request, MaxPageBytes, options.Timeout, time, cancellationToken);
            if (answer.Body is null)
            {
                return Failed($"Graph {answer.Failure}");
            }

            if (Parse(answer.Body) is not { Value: { } groups } parsed || groups.Any(g => string.IsNullOrEmpty(g?.Id)))
            {
                return Failed("Graph answered something else than groups");
            }

            ids.AddRange(groups.Select(g => g!.Id!));
            if (parsed.NextLink is null)
            {
                return new GroupOverageOutcome.Resolved(ids.ToImmutable());
            }

            if (!Uri.TryCreate(parsed.NextLink, UriKind.Absolute, out var link) || !IsSameOrigin(link, options.GraphBase))
            {
                return Failed("Graph's next page is on another host");
            }

            next = link;
        }

        return Failed("more groups than the pages allowed hold");
    }

    private Uri FirstPage(CallerKind kind, Guid objectId)
    {
        var collection = kind == CallerKind.Workload ? "servicePrincipals" : "users";
        return new Uri($"{options.GraphBase.AbsoluteUri.TrimEnd('/')}/v1.0/{collection}/{objectId:D}/transitiveMemberOf/microsoft.graph.group?$select=id&$top=999");
    }

    private static bool IsSameOrigin(Uri link, Uri graph) =>
        link.Scheme == graph.Scheme
        && string.Equals(link.Host, graph.Host, StringComparison.OrdinalIgnoreCase)
        && link.Port == graph.Port
        && link.UserInfo.Length == 0;

    private static GraphGroupPage? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GraphJson.Default.GraphGroupPage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static GroupOverageOutcome.Failed Failed(string detail) => new(detail);
}

internal sealed record GraphGroupPage(
    [property: JsonPropertyName("value")] IReadOnlyList<GraphGroup?>? Value, [property: JsonPropertyName("@odata.nextLink")] string? NextLink);

internal sealed record GraphGroup([property: JsonPropertyName("id")] string? Id);

[JsonSerializable(typeof(GraphGroupPage))]
[JsonSerializable(typeof(GraphTokenAnswer))]
internal sealed partial class GraphJson : JsonSerializerContext;
