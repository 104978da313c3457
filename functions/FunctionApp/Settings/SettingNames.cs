using CursorBroker.Gateway.SignIn.Server;

namespace CursorBroker.FunctionApp.Settings;

/// <summary>What the app is told by its environment. A deployment sets exactly <see cref="Deployed"/>; bicep/README.md says what each is.</summary>
internal static class SettingNames
{
    public const string Url = "CURSORBROKER_URL";
    public const string GitHubAppId = "CURSORBROKER_GITHUB_APP_ID";
    public const string GitHubUrl = "CURSORBROKER_GITHUB_URL";
    public const string SignInIssuer = "CURSORBROKER_SIGNIN_ISSUER";
    public const string SignInClientId = "CURSORBROKER_SIGNIN_CLIENT_ID";
    public const string GraphTenant = "CURSORBROKER_GRAPH_TENANT";
    public const string GraphClientId = "CURSORBROKER_GRAPH_CLIENT_ID";
    public const string StorageUrl = "CURSORBROKER_STORAGE_URL";
    public const string LedgerContainer = "CURSORBROKER_LEDGER_CONTAINER";
    public const string StateContainer = "CURSORBROKER_STATE_CONTAINER";
    public const string PolicyContainer = "CURSORBROKER_POLICY_CONTAINER";
    public const string PolicyBlob = "CURSORBROKER_POLICY_BLOB";
    public const string KeyVaultUrl = "CURSORBROKER_KEYVAULT_URL";
    public const string AppKeySecret = "CURSORBROKER_KEYVAULT_APP_KEY_SECRET";
    public const string StateKeySecret = "CURSORBROKER_KEYVAULT_STATE_KEY_SECRET";
    public const string SignInSecret = "CURSORBROKER_KEYVAULT_SIGNIN_SECRET";
    public const string GraphSecret = "CURSORBROKER_KEYVAULT_GRAPH_SECRET";
    public const string Vaults = "CURSORBROKER_VAULTS";
    public const string MailEndpoint = "CURSORBROKER_MAIL_ENDPOINT";
    public const string MailFrom = "CURSORBROKER_MAIL_FROM";
    public const string BodyLimit = "CURSORBROKER_BODY_LIMIT_MB";
    public const string Spool = "CURSORBROKER_SPOOL_MB";
    public const string CallerPoints = "CURSORBROKER_CALLER_POINTS";
    public const string SignedHosts = "CURSORBROKER_SIGNED_HOSTS";
    public const string ClientId = "AZURE_CLIENT_ID";

    /// <summary>On a developer's machine: the host's own storage, by connection string (an emulator); keeps State and the ledger where no storage URL is set.</summary>
    public const string DevelopmentStorage = "AzureWebJobsStorage";

    /// <summary>On a developer's machine: the policy's file, where no storage URL is set.</summary>
    public const string PolicyFile = "CURSORBROKER_POLICY_FILE";

    /// <summary>On a developer's machine: the file of the App's private key, where no key vault is set.</summary>
    public const string AppKeyFile = "CURSORBROKER_GITHUB_APP_KEY_FILE";

    /// <summary>What a deployment sets for the broker.</summary>
    public static readonly IReadOnlyList<string> Deployed =
    [
        Url, GitHubAppId, GitHubUrl, SignInIssuer, SignInClientId, GraphTenant, GraphClientId, StorageUrl, LedgerContainer, StateContainer, PolicyContainer,
        PolicyBlob, KeyVaultUrl, AppKeySecret, StateKeySecret, SignInSecret, GraphSecret, Vaults, MailEndpoint, MailFrom, BodyLimit, Spool, CallerPoints, SignedHosts,
        AuthorizationServerSettings.Redirects, AuthorizationServerSettings.GroupsHours, AuthorizationServerSettings.Clients, AuthorizationServerSettings.OfflineScope,
        ClientId,
    ];

    /// <summary>What stands for the rest on a developer's machine.</summary>
    public static readonly IReadOnlyList<string> Development = [DevelopmentStorage, PolicyFile, AppKeyFile];
}
