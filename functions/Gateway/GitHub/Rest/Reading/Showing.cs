using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Whether a caller may know of a thing; what it names beside and may not name is taken out of it.</summary>
internal delegate bool ShowingOf(JsonObject thing, Sight sight);

/// <summary>Holds answers to what their readers may know of.</summary>
internal static class Showing
{
    /// <summary>What a thing ends as that is hidden, and one that is not there.</summary>
    public static Refusal NotThere(Stage stage) => Refusals.Unknown(stage, "It is not there, or about a ref or path that is hidden from the caller.");

    /// <summary>
    /// A list without what may not be known. A count beside it is that of the entries on this page: how many there are altogether would tell how many are hidden.
    /// </summary>
    /// <param name="shows">Whether an entry may be known.</param>
    /// <param name="list">The member with the list; null when the answer is the list.</param>
    public static Action<JsonNode, Grant> Each(ShowingOf shows, string? list = null) => (answer, grant) =>
    {
        var entries = (list is null ? answer : answer is JsonObject holder ? holder[list] : null) as JsonArray ?? throw new JsonException("no list");
        var sight = new Sight(grant);
        _ = entries.RemoveAll(entry => entry is not JsonObject thing || !shows(thing, sight));
        if (answer is JsonObject counted && counted.ContainsKey("total_count"))
        {
            counted["total_count"] = entries.Count;
        }
    };

    /// <summary>One thing, which is not there when it may not be known.</summary>
    public static Action<JsonNode, Grant> One(ShowingOf shows) => (answer, grant) =>
    {
        if (!Shows(shows, answer, grant))
        {
            throw new AnswerRefusedException(NotThere(Stage.Forward));
        }
    };

    /// <summary>Whether the grant lets its caller know of a thing that was looked up, before anything that belongs to it is asked for.</summary>
    public static Func<Grant, Refusal?> Before(ShowingOf shows, JsonElement thing) => grant => Shows(shows, JsonNode.Parse(thing.GetRawText()), grant) ? null : NotThere(Stage.Authorize);

    private static bool Shows(ShowingOf shows, JsonNode? answer, Grant grant) => answer is JsonObject thing && shows(thing, new Sight(grant));
}
