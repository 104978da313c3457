using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Graph;

/// <summary>Says every setting that is missing or out of range.</summary>
internal sealed class GraphOptionsValidator : IValidateOptions<GraphOptions>
{
    public ValidateOptionsResult Validate(string? name, GraphOptions options)
    {
        var problems = new List<string>();
        Require(IsSafe(options.GraphBase), "GraphBase must be an https address, or http on a loopback address, without query.");
        Require(IsSafe(options.TokenEndpoint), "TokenEndpoint must be an https address, or http on a loopback address, without query.");
        Require(options.ClientId.Length > 0, "ClientId is missing.");
        Require(options.ClientSecret.Length > 0 != options.ClientSecretName.Length > 0, "Set one of ClientSecret and ClientSecretName.");
        Require(options.Scope.Length > 0, "Scope is missing.");
        Require(options.Timeout >= TimeSpan.FromSeconds(1) && options.Timeout <= TimeSpan.FromSeconds(30), "Timeout must be from 1 to 30 seconds.");
        Require(options.MaxPages is >= 1 and <= 100, "MaxPages must be from 1 to 100.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static bool IsSafe(Uri? address) =>
        address is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
