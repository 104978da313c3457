using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Mail;

/// <summary>Says every setting that is missing or out of range.</summary>
internal sealed class CommunicationServicesOptionsValidator : IValidateOptions<CommunicationServicesOptions>
{
    public ValidateOptionsResult Validate(string? name, CommunicationServicesOptions options)
    {
        var problems = new List<string>();
        Require(IsSafe(options.Endpoint), "Endpoint must be an https address, or http on a loopback address, without path or query.");
        Require(SenderAddress.IsOne(options.From), "From must be an e-mail address.");
        Require(options.Scope.Length > 0, "Scope is missing.");
        Require(options.Timeout >= TimeSpan.FromSeconds(1) && options.Timeout <= TimeSpan.FromSeconds(10), "Timeout must be from 1 to 10 seconds.");
        Require(options.Follow >= TimeSpan.Zero && options.Follow <= TimeSpan.FromSeconds(30), "Follow must be from 0 to 30 seconds.");
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
        address is { IsAbsoluteUri: true, AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
