using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Stores;

namespace CursorBroker.Gateway.SignIn.Server.Registration;

/// <summary>
/// Which clients there are. A client that registers itself is kept nowhere: its id holds what it registered, sealed. So a flood of registrations fills nothing, every
/// instance knows every client, and none can be made up.
/// </summary>
internal sealed class Clients(ISecretSealer sealer, AuthorizationServerOptions options, TimeProvider time)
{
    /// <summary>How long a registration is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>Longest id there is, in characters: it travels in addresses, beside what else an authorization request holds.</summary>
    public const int MaxIdLength = 1500;

    private const string Prefix = "c.";
    private const string Purpose = "CursorBroker.OAuth.Client.v1";

    /// <summary>Makes the id of a client that registers; null when it would be too long, and the client has to register less.</summary>
    public string? Register(string name, ImmutableArray<string> redirects)
    {
        var sealedClient = sealer.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(new Registered(name, redirects, time.GetUtcNow().ToUnixTimeSeconds())));
        var id = Prefix + Base64Url.EncodeToString(sealedClient);
        return id.Length <= MaxIdLength ? id : null;
    }

    /// <summary>The client of an id; null when there is none, or its registration is over.</summary>
    /// <exception cref="StateUnavailableException">Nobody can tell right now.</exception>
    public RegisteredClient? Find(string? id)
    {
        if (id is not { Length: > 0 and <= MaxIdLength })
        {
            return null;
        }

        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return WellKnownClients.All.Concat(options.FurtherClients).FirstOrDefault(one => one.Id == id) is { } known
                ? new RegisteredClient(id, id, known.Name, known.Redirects, known.Refreshes, IsSelfRegistered: false)
                : null;
        }

        // Spelled in exactly one way, or the same client would have several ids.
        var bytes = new byte[id.Length];
        if (Base64Url.DecodeFromChars(id.AsSpan(Prefix.Length), bytes, out _, out var length) != OperationStatus.Done
            || Base64Url.EncodeToString(bytes.AsSpan(0, length)) != id[Prefix.Length..]
            || sealer.Unseal(Purpose, bytes.AsSpan(0, length)) is not { } opened
            || JsonSerializer.Deserialize<Registered>(opened) is not { } client
            || time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(client.At) > Lifetime)
        {
            return null;
        }

        // By the host's list as it is now: a redirect that was taken from it is no longer anybody's.
        return new RegisteredClient(
            id,
            LabelOf(id),
            client.Name,
            [.. client.Redirects.Where(redirect => RedirectRules.MayRegister(redirect, options.FurtherRedirects))],
            Refreshes: true,
            IsSelfRegistered: true);
    }

    private static string LabelOf(string id) => "client-" + OAuthStores.Digest(id)[..16];

    private sealed record Registered(
        [property: JsonPropertyName("n")] string Name, [property: JsonPropertyName("r")] ImmutableArray<string> Redirects, [property: JsonPropertyName("t")] long At);
}
