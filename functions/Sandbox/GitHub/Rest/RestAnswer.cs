using System.Text.Json.Nodes;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>What a route answers.</summary>
internal abstract record RestAnswer
{
    private RestAnswer()
    {
    }

    /// <summary>No body.</summary>
    public static RestAnswer NoContent { get; } = new Empty(204);

    public static RestAnswer NotFound { get; } = new Refused(404, "Not Found");

    public static RestAnswer Forbidden { get; } = new Refused(403, "Resource not accessible by integration");

    public static RestAnswer Of(JsonNode body) => new Json(200, body, null);

    public static RestAnswer Created(JsonNode body, Uri? location = null) => new Json(201, body, location);

    /// <summary>A list, of which the page asked for is sent.</summary>
    public static RestAnswer List<T>(IReadOnlyList<T> all, Func<T, JsonNode> json, Func<int, JsonArray, JsonNode>? wrap = null) =>
        new Page(all.Count, (skip, take) => new JsonArray([.. all.Skip(skip).Take(take).Select(one => (JsonNode?)json(one))]), wrap);

    /// <summary>GitHub's 422 for a field.</summary>
    public static RestAnswer Invalid(string resource, string field, string code, string? message = null)
    {
        var error = new JsonObject { ["resource"] = resource, ["code"] = code, ["field"] = field };
        if (message is not null)
        {
            error["message"] = message;
        }

        return new Refused(422, "Validation Failed", [error]);
    }

    public static RestAnswer Unprocessable(string message) => new Refused(422, message);

    public sealed record Empty(int Status) : RestAnswer;

    public sealed record Json(int Status, JsonNode Body, Uri? Location) : RestAnswer;

    /// <param name="Count">How many there are.</param>
    /// <param name="Part">Some of them: how many to skip, and to take at most.</param>
    /// <param name="Wrap">Puts count and page into an object; null sends the array itself.</param>
    public sealed record Page(int Count, Func<int, int, JsonArray> Part, Func<int, JsonArray, JsonNode>? Wrap) : RestAnswer;

    /// <param name="ContentType">The media type.</param>
    /// <param name="Body">The bytes.</param>
    public sealed record Raw(string ContentType, byte[] Body) : RestAnswer;

    public sealed record Redirect(Uri Target) : RestAnswer;

    public sealed record Refused(int Status, string Message, JsonArray? Errors = null) : RestAnswer;
}
