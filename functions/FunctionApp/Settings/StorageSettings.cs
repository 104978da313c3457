namespace CursorBroker.FunctionApp.Settings;

/// <summary>Where State, the ledger and the policy are.</summary>
internal sealed record StorageSettings
{
    /// <summary>The data account's blob endpoint; null on a developer's machine, where <see cref="ConnectionString"/> is used.</summary>
    public Uri? Url { get; init; }

    /// <summary>An emulator's. Never printed.</summary>
    public string? ConnectionString { get; init; }

    public required string LedgerContainer { get; init; }

    public required string StateContainer { get; init; }

    /// <summary>The policy's blob; null where it is <see cref="PolicyFile"/>.</summary>
    public Uri? Policy { get; init; }

    public string? PolicyFile { get; init; }

    /// <summary>Without the connection string.</summary>
    public override string ToString() => Url?.AbsoluteUri ?? "a connection string";

    public static StorageSettings Read(SettingsReader read)
    {
        var ledger = read.Text(SettingNames.LedgerContainer) ?? "ledger";
        var state = read.Text(SettingNames.StateContainer) ?? "state";
        if (string.Equals(ledger, state, StringComparison.Ordinal))
        {
            read.Problems.Add($"{SettingNames.LedgerContainer} and {SettingNames.StateContainer} must be two containers: nothing in the ledger's can be changed.");
        }

        return read.Text(SettingNames.StorageUrl) is null ? OnThisMachine(read, ledger, state) : InAzure(read, ledger, state);
    }

    private static StorageSettings InAzure(SettingsReader read, string ledger, string state)
    {
        var url = read.Address(SettingNames.StorageUrl);
        var container = read.Required(SettingNames.PolicyContainer, "Set it to the container that the policy is in.");
        var blob = read.Required(SettingNames.PolicyBlob, "Set it to the policy's name in its container, such as policy.yaml.");
        return new StorageSettings
        {
            Url = url,
            LedgerContainer = ledger,
            StateContainer = state,
            Policy = url is null ? null : new Uri(url, $"{Uri.EscapeDataString(container)}/{string.Join('/', blob.Split('/').Select(Uri.EscapeDataString))}"),
        };
    }

    private static StorageSettings OnThisMachine(SettingsReader read, string ledger, string state)
    {
        var connection = read.Required(
            SettingNames.StorageUrl,
            $"Set it to the data account's blob endpoint; on a developer's machine set {SettingNames.DevelopmentStorage} to an emulator's connection string instead (UseDevelopmentStorage=true).",
            insteadOf: SettingNames.DevelopmentStorage);
        var file = read.Required(SettingNames.PolicyFile, $"Set it to the policy's file, or {SettingNames.StorageUrl} for a policy in a storage account.");
        if (file.Length > 0 && !File.Exists(file))
        {
            read.Problems.Add($"There is no policy file {file} ({SettingNames.PolicyFile}).");
        }

        return new StorageSettings { ConnectionString = connection, LedgerContainer = ledger, StateContainer = state, PolicyFile = file };
    }
}
