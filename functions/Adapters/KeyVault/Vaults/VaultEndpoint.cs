using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.KeyVault.Vaults;

/// <summary>A vault that callers may reach, as far as the policy lets them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is: https, with a slash at the end.</param>
public sealed record VaultEndpoint(VaultName Name, Uri Address)
{
    private const string PublicCloud = "vault.azure.net";

    /// <summary>What ids of its secrets begin with, where that is not <see cref="Address"/> (a stand-in's).</summary>
    public Uri? Ids { get; init; }

    /// <summary>Reads a vault's name, for one of the public cloud, or its https address alone; false when it is neither.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VaultEndpoint? endpoint)
    {
        endpoint = null;
        if (VaultName.TryParse(text, out var name))
        {
            endpoint = new(name, new Uri($"https://{name.Value.ToLowerInvariant()}.{PublicCloud}/"));
        }
        else if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address is { Scheme: "https", PathAndQuery: "/", Fragment: "", UserInfo: "" }
            && address.Host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && VaultName.TryParse(address.Host[..dot], out name))
        {
            endpoint = new(name, address);
        }

        return endpoint is not null;
    }

    /// <summary>Reads several, separated by commas; false, with the one that is neither or is there twice, when there is one.</summary>
    public static bool TryParseAll(string? list, out ImmutableArray<VaultEndpoint> endpoints, [NotNullWhen(false)] out string? wrong)
    {
        var read = ImmutableArray.CreateBuilder<VaultEndpoint>();
        wrong = null;
        foreach (var text in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(text, out var endpoint) || read.Any(each => each.Name.Equals(endpoint.Name)))
            {
                wrong ??= text;
                continue;
            }

            read.Add(endpoint);
        }

        endpoints = read.ToImmutable();
        return wrong is null;
    }
}
