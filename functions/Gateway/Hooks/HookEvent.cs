using System.Collections.Frozen;
using System.Text.Json;

namespace CursorBroker.Gateway.Hooks;

/// <summary>What a hook script says: which hook it was called for, in which of the client's conversations, and which of its rules refused, if one did.</summary>
/// <param name="Hook">One of <see cref="Hooks"/>.</param>
/// <param name="Conversation">The client's own id: 1 to 100 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
/// <param name="Refused">The rule: 1 to 40 lower-case letters and <c>-</c>; null when nothing was refused.</param>
internal sealed record HookEvent(string Hook, string Conversation, string? Refused)
{
    /// <summary>Largest body, in bytes.</summary>
    public const int MaxBytes = 1024;

    private const int LongestConversation = 100;
    private const int LongestRule = 40;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 2, AllowDuplicateProperties = false };

    /// <summary>The hooks of Cursor that the scripts are registered for.</summary>
    public static FrozenSet<string> Hooks { get; } =
        new[] { "sessionStart", "sessionEnd", "beforeShellExecution", "beforeMCPExecution", "afterMCPExecution" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads a body: exactly these members, nothing else. Null when it is anything else.</summary>
    public static HookEvent? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var members = document.RootElement.EnumerateObject().ToDictionary(
                static member => member.Name, static member => member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null, StringComparer.Ordinal);
            return members.Remove("event", out var hook) && hook is not null && Hooks.Contains(hook)
                && members.Remove("conversation", out var conversation) && IsConversation(conversation)
                && (!members.Remove("refused", out var refused) || IsRule(refused))
                && members.Count == 0
                    ? new HookEvent(hook, conversation!, refused)
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The second is what a string that is no Unicode gives.
            return null;
        }
    }

    private static bool IsConversation(string? text) =>
        text is { Length: > 0 and <= LongestConversation } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsRule(string? text) => text is { Length: > 0 and <= LongestRule } && text.All(static c => char.IsAsciiLetterLower(c) || c == '-');
}
