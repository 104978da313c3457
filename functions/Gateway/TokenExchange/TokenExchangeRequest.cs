using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>Asks for a token for one repository and these permissions.</summary>
internal sealed class TokenExchangeRequest(RepositoryName repository, PermissionSet permissions) : ProtocolRequest
{
    private readonly Operation _operation = Operation.ExchangeToken(repository, permissions);

    public override IReadOnlyList<Operation> Operations => [_operation];

    public override bool AsksForCredential => true;

    /// <summary>RFC 8693, section 2.2.1.</summary>
    public override async ValueTask HandOverAsync(HandedOver handed, CancellationToken cancellationToken)
    {
        var response = handed.Context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        ExchangeError.WriteHeaders(response);
        await using (var json = new Utf8JsonWriter(response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("access_token", handed.Credential.Reveal());
            json.WriteString("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", Math.Max(0, (long)handed.Lifetime.TotalSeconds));
            json.WriteString("scope", ExchangeScope.Write(handed.Credential.Permissions));
            json.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync(cancellationToken);
        await response.CompleteAsync();
    }
}
