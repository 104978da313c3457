namespace CursorBroker.Core.Masking;

/// <summary>What a body is, as its content type says.</summary>
public enum TextForm
{
    /// <summary>Any text, or unknown: source, logs, diffs, server-sent events.</summary>
    Text,

    /// <summary>JSON (RFC 8259): it stays JSON, and fields that the policy names are masked whatever their value.</summary>
    Json,
}
