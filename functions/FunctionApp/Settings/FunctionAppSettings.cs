using System.Collections.Immutable;
using CursorBroker.Adapters.KeyVault.Vaults;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.SignIn.Server;

namespace CursorBroker.FunctionApp.Settings;

/// <summary>Everything that the app is told, read once at start. All that is wrong is said at once.</summary>
internal sealed record FunctionAppSettings
{
    /// <summary>Where callers and browsers reach the broker. Never taken from a request.</summary>
    public required Uri Url { get; init; }

    public required string GitHubAppId { get; init; }

    public required Uri Git { get; init; }

    public required Uri Api { get; init; }

    /// <summary>Who people sign in with; null where nobody can, and then nobody decides.</summary>
    public (string Issuer, string ClientId)? SignIn { get; init; }

    /// <summary>The secret's name; null for a public client.</summary>
    public string? SignInSecret { get; init; }

    /// <summary>The broker's own authorization server, where sign-in is set up.</summary>
    public required AuthorizationServerOptions Server { get; init; }

    /// <summary>What brings a refresh token of the identity provider; null where nothing does.</summary>
    public string? OfflineScope { get; init; }

    /// <summary>Who asks Microsoft Graph; null where tokens with groups left out are refused.</summary>
    public (string Tenant, string ClientId, string Secret)? Graph { get; init; }

    public required StorageSettings Storage { get; init; }

    /// <summary>Null on a developer's machine, where <see cref="AppKeyFile"/> and the environment hold secrets.</summary>
    public Uri? KeyVault { get; init; }

    public string? AppKeySecret { get; init; }

    /// <summary>The name of the secret that the key ring in State is encrypted with; null without a key vault.</summary>
    public string? StateKeySecret { get; init; }

    public string? AppKeyFile { get; init; }

    /// <summary>The vaults that callers may reach, as far as the policy lets them; never the broker's own.</summary>
    public required ImmutableArray<VaultEndpoint> Vaults { get; init; }

    public (Uri Endpoint, string From)? Mail { get; init; }

    /// <summary>Largest request body, in bytes.</summary>
    public required long BodyLimit { get; init; }

    /// <summary>Disk for pushes under inspection, in bytes.</summary>
    public required long Spool { get; init; }

    /// <summary>How much callers may ask for.</summary>
    public required LimitOptions Limits { get; init; }

    /// <summary>Hosts that signed addresses may lead to.</summary>
    public required ImmutableArray<string> SignedHosts { get; init; }

    /// <summary>The identity's client id; null for a developer's own, or the system-assigned one.</summary>
    public string? ClientId { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="variable">The environment.</param>
    /// <exception cref="SettingsException">Something is missing or makes no sense.</exception>
    public static FunctionAppSettings Read(Func<string, string?> variable)
    {
        var read = new SettingsReader(variable);
        var git = read.Address(SettingNames.GitHubUrl);
        var vault = read.Address(SettingNames.KeyVaultUrl);
        var body = read.Mebibytes(SettingNames.BodyLimit, otherwise: 100, most: 2048);
        var spool = read.Mebibytes(SettingNames.Spool, otherwise: 512, most: 1024 * 1024);
        if (read.Text(SettingNames.Url) is null)
        {
            _ = read.Required(SettingNames.Url, "Set it to the address that callers and browsers use, such as https://broker.example.com.");
        }

        var settings = new FunctionAppSettings
        {
            Url = read.Address(SettingNames.Url) ?? new Uri("https://unset.invalid/"),
            GitHubAppId = read.Required(SettingNames.GitHubAppId, "Set it to the GitHub App's id or client id, as its settings page shows it."),
            Git = git ?? new Uri("https://github.com/"),
            Api = git is null ? new Uri("https://api.github.com/") : new Uri(git, "api/v3/"),
            SignIn = SignInOf(read),
            SignInSecret = read.Text(SettingNames.SignInSecret),
            Server = AuthorizationServerSettings.Read(read.Text, read.Problems.Add),
            OfflineScope = AuthorizationServerSettings.OfflineScopeOf(read.Text),
            Graph = GraphOf(read),
            Storage = StorageSettings.Read(read),
            KeyVault = vault,
            AppKeySecret = vault is null ? null : read.Required(SettingNames.AppKeySecret, "Set it to the name in the key vault of the App's private key."),
            StateKeySecret = vault is null ? null : read.Required(SettingNames.StateKeySecret, "Set it to the name in the key vault of the key that the key ring in State is encrypted with."),
            AppKeyFile = vault is null ? AppKeyFileOf(read) : null,
            Vaults = VaultsOf(read, vault),
            Mail = MailOf(read),
            BodyLimit = body,
            Spool = spool,
            Limits = LimitsOf(read),
            SignedHosts = SignedHostsOf(read),
            ClientId = read.Text(SettingNames.ClientId),
        };
        return read.Problems.Count == 0 ? settings : throw new SettingsException(read.Problems);
    }

    private static (string Issuer, string ClientId)? SignInOf(SettingsReader read)
    {
        if (!read.Both(SettingNames.SignInIssuer, SettingNames.SignInClientId))
        {
            return null;
        }

        // As it is spelled: an issuer is compared to the letter.
        _ = read.Address(SettingNames.SignInIssuer, bare: false);
        return (read.Text(SettingNames.SignInIssuer)!, read.Text(SettingNames.SignInClientId)!);
    }

    private static (string Tenant, string ClientId, string Secret)? GraphOf(SettingsReader read)
    {
        if (!read.Both(SettingNames.GraphTenant, SettingNames.GraphClientId))
        {
            return null;
        }

        var tenant = read.Text(SettingNames.GraphTenant)!;
        if (!tenant.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
        {
            read.Problems.Add($"{SettingNames.GraphTenant} must be a tenant's id or one of its domain names.");
        }

        return (tenant, read.Text(SettingNames.GraphClientId)!, read.Required(SettingNames.GraphSecret, "Set it to the name in the key vault of the Graph client's secret."));
    }

    private static (Uri Endpoint, string From)? MailOf(SettingsReader read) =>
        read.Both(SettingNames.MailEndpoint, SettingNames.MailFrom) && read.Address(SettingNames.MailEndpoint) is { } endpoint
            ? (endpoint, read.Text(SettingNames.MailFrom)!)
            : null;

    private static ImmutableArray<VaultEndpoint> VaultsOf(SettingsReader read, Uri? own)
    {
        if (!VaultEndpoint.TryParseAll(read.Text(SettingNames.Vaults), out var vaults, out var wrong))
        {
            read.Problems.Add($"{SettingNames.Vaults}: '{wrong}' is no vault's name or https address, or is there twice. Separate several by commas.");
        }

        if (vaults.Any(each => each.Address == own))
        {
            read.Problems.Add($"{SettingNames.Vaults} must not name {own}: it holds the broker's own secrets.");
        }

        return vaults;
    }

    private static LimitOptions LimitsOf(SettingsReader read)
    {
        if (LimitOptions.WithCallerPoints(read.Text(SettingNames.CallerPoints)) is { } limits)
        {
            return limits;
        }

        read.Problems.Add($"{SettingNames.CallerPoints} must be {LimitOptions.PointsForm}.");
        return new LimitOptions();
    }

    private static ImmutableArray<string> SignedHostsOf(SettingsReader read)
    {
        if (SignedHostList.Add(read.Text(SettingNames.SignedHosts)) is { } hosts)
        {
            return hosts;
        }

        read.Problems.Add($"{SettingNames.SignedHosts} must be {SignedHostList.Form}.");
        return [];
    }

    private static string AppKeyFileOf(SettingsReader read)
    {
        var file = read.Required(
            SettingNames.KeyVaultUrl, $"Set it to the vault's address; on a developer's machine set {SettingNames.AppKeyFile} to the file of the App's private key instead.",
            insteadOf: SettingNames.AppKeyFile);
        if (file.Length > 0 && !File.Exists(file))
        {
            read.Problems.Add($"There is no file {file} ({SettingNames.AppKeyFile}).");
        }

        return file;
    }
}
