using Azure.Identity;
using CursorBroker.Adapters.Entra;

namespace CursorBroker.Adapters.Tests.Entra;

/// <summary>The environment alone decides which identity the broker takes.</summary>
[TestClass]
public sealed class AzureIdentityTests
{
    [TestMethod]
    [DataRow("IDENTITY_ENDPOINT=http://127.0.0.1/token", typeof(ManagedIdentityCredential))]
    [DataRow("IDENTITY_ENDPOINT=http://127.0.0.1/token AZURE_CLIENT_ID=11111111-1111-1111-1111-111111111111", typeof(ManagedIdentityCredential))]
    [DataRow("AZURE_FEDERATED_TOKEN_FILE=/var/run/token", typeof(WorkloadIdentityCredential))]
    [DataRow("IDENTITY_ENDPOINT= AZURE_CLIENT_ID=", typeof(DefaultAzureCredential))]
    [DataRow("", typeof(DefaultAzureCredential))]
    public void Create_Environment_DecidesTheKind(string environment, Type expected)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        Assert.IsInstanceOfType(AzureIdentity.Create(clientId: null, variables.GetValueOrDefault), expected);
    }
}
