using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Gateway.SignIn.Server.Consent;

/// <summary>What somebody is signing in for. Travels in the round trip's protected state only, which is a part of addresses and so has to be short.</summary>
/// <param name="Client">The client.</param>
/// <param name="Parameters">The authorization request, as it was checked; empty for a device.</param>
/// <param name="Device">The key of the device's record; null for an authorization request.</param>
internal sealed record Errand(
    [property: JsonPropertyName("c")] string Client,
    [property: JsonPropertyName("p")] ImmutableDictionary<string, string> Parameters,
    [property: JsonPropertyName("d")] string? Device)
{
    private static readonly JsonSerializerOptions Short = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string Write() => JsonSerializer.Serialize(this, Short);

    public static Errand Read(string payload) => JsonSerializer.Deserialize<Errand>(payload, Short)!;
}
