using Azure.Core;
using Azure.Identity;

namespace CursorBroker.Adapters.Entra;

/// <summary>Who the broker is to Azure: its own identity, never a caller's.</summary>
public static class AzureIdentity
{
    /// <summary>
    /// The credential that fits where the process runs, by its environment alone (nothing is probed, so that no start waits for a network time-out):
    /// a managed identity where the platform offers one (<c>IDENTITY_ENDPOINT</c>: Functions, App Service, Container Apps), a workload identity where
    /// a federated token is mounted (<c>AZURE_FEDERATED_TOKEN_FILE</c>: Kubernetes), else a developer's own: environment variables, then the Azure CLI,
    /// then the Azure Developer CLI.
    /// </summary>
    /// <param name="clientId">The user-assigned identity's client id; null for the system-assigned one, or for what <c>AZURE_CLIENT_ID</c> says.</param>
    public static TokenCredential Create(string? clientId = null) => Create(clientId, Environment.GetEnvironmentVariable);

    internal static TokenCredential Create(string? clientId, Func<string, string?> variable)
    {
        if (Has("AZURE_FEDERATED_TOKEN_FILE"))
        {
            var workload = new WorkloadIdentityCredentialOptions();
            workload.ClientId = clientId ?? workload.ClientId;
            return new WorkloadIdentityCredential(workload);
        }

        if (Has("IDENTITY_ENDPOINT"))
        {
            var id = clientId ?? variable("AZURE_CLIENT_ID");
            return new ManagedIdentityCredential(string.IsNullOrEmpty(id) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(id));
        }

        // What is left out either probes an address that only exists in Azure, or starts a program that takes seconds, or opens a window.
        return new DefaultAzureCredential(new DefaultAzureCredentialOptions
        {
            ExcludeManagedIdentityCredential = true,
            ExcludeWorkloadIdentityCredential = true,
            ExcludeVisualStudioCredential = true,
            ExcludeVisualStudioCodeCredential = true,
            ExcludeAzurePowerShellCredential = true,
            ExcludeInteractiveBrowserCredential = true,
            ExcludeBrokerCredential = true,
        });

        bool Has(string name) => !string.IsNullOrEmpty(variable(name));
    }
}
