using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Core.Approvals;

namespace CursorBroker.Gateway.Pages;

/// <summary>A decision on its way to be confirmed. Travels in protected state only, which is a part of addresses and so has to be short.</summary>
internal sealed record Intent(string Approval, ApprovalVerdict Verdict, string Reason)
{
    // Nobody reads it as HTML: escapes would make a reason in most of the world's scripts twice as long as an address may be.
    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Write() => JsonSerializer.Serialize(this, Short);

    public static Intent Read(string payload) => JsonSerializer.Deserialize<Intent>(payload, Short)!;
}
