using System.Text.Json;
using CursorBroker.Core.Approvals.Notices;

namespace CursorBroker.Adapters.Teams;

/// <summary>A notice as the message that a Teams workflow posts: one Adaptive Card (schema 1.4) with the facts and one button.</summary>
internal static class TeamsCard
{
    public static byte[] Of(ApprovalNotice notice)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type", "message");
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
            json.WriteNull("contentUrl");
            json.WriteStartObject("content");
            WriteCard(json, notice);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void WriteCard(Utf8JsonWriter json, ApprovalNotice notice)
    {
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteStartObject("msteams");
        json.WriteString("width", "Full");
        json.WriteEndObject();
        json.WriteStartArray("body");
        WriteText(json, notice.Title, ("size", "Medium"), ("weight", "Bolder"));
        WriteFacts(json, notice);
        foreach (var line in notice.Lines)
        {
            WriteText(json, line, ("spacing", "Small"));
        }

        json.WriteEndArray();
        json.WriteStartArray("actions");
        json.WriteStartObject();
        json.WriteString("type", "Action.OpenUrl");
        json.WriteString("title", "Look and decide");
        json.WriteString("url", notice.Link.AbsoluteUri);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string text, params ReadOnlySpan<(string Name, string Value)> looks)
    {
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteString("text", CardText.Escape(text));
        json.WriteBoolean("wrap", true);
        foreach (var (name, value) in looks)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, ApprovalNotice notice)
    {
        json.WriteStartObject();
        json.WriteString("type", "FactSet");
        json.WriteStartArray("facts");
        foreach (var (title, value) in notice.Facts)
        {
            json.WriteStartObject();
            json.WriteString("title", CardText.Escape(title));
            json.WriteString("value", CardText.Escape(value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
