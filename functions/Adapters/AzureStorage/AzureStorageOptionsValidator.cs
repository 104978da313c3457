using Azure.Core;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Says every setting that is missing or out of range, and how to mend it.</summary>
internal sealed class AzureStorageOptionsValidator(TokenCredential? registered = null) : IValidateOptions<AzureStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, AzureStorageOptions options)
    {
        var problems = new List<string>();
        var byUri = options.ServiceUri is not null;
        var byString = !string.IsNullOrWhiteSpace(options.ConnectionString);
        Require(byUri || byString, "No storage account is named. Set ServiceUri to https://ACCOUNT.blob.core.windows.net, or ConnectionString for an emulator.");
        Require(!(byUri && byString), "Both ServiceUri and ConnectionString are set. Keep ServiceUri in Azure, ConnectionString for an emulator.");
        if (byUri)
        {
            Require(
                options.ServiceUri is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" } && options.ServiceUri.Scheme == Uri.UriSchemeHttps,
                "ServiceUri must be an https address without query: the account's blob endpoint, not a signed URL.");
            Require(
                (options.Credential ?? registered) is not null,
                "ServiceUri needs a credential. Register a TokenCredential (such as Azure.Identity's ManagedIdentityCredential), or set Credential.");
        }

        Require(IsContainerName(options.StateContainer), ContainerName(nameof(options.StateContainer)));
        Require(IsContainerName(options.LedgerContainer), ContainerName(nameof(options.LedgerContainer)));
        Require(
            options.StateContainer != options.LedgerContainer,
            "StateContainer and LedgerContainer must differ: the Ledger's may be immutable, State's must not be.");
        Require(LedgerTail.IsPossible(options.LedgerAppendsPerBlob), "LedgerAppendsPerBlob must be from 1 to 49,000; leave it at 40,000.");
        Require(options.Attempts is >= 1 and <= 10, "Attempts must be from 1 to 10.");
        Require(options.RetryDelay >= TimeSpan.Zero && options.RetryDelay <= TimeSpan.FromSeconds(2), "RetryDelay must be from 0 to 2 seconds.");
        Require(options.Timeout >= TimeSpan.FromSeconds(1) && options.Timeout <= TimeSpan.FromSeconds(60), "Timeout must be from 1 to 60 seconds.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static string ContainerName(string setting) =>
        $"{setting} must be 3 to 63 characters of a-z 0-9 -, beginning and ending with a letter or digit, without --.";

    private static bool IsContainerName(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-')
        && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal);
}
