using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.PolicyBlob;

/// <summary>Where the policy blob is and how often it is looked at. The broker's identity needs the role Storage Blob Data Reader on its container.</summary>
public sealed record PolicyBlobOptions
{
    /// <summary>
    /// The blob's address, <c>https://ACCOUNT.blob.core.windows.net/CONTAINER/policy.yaml</c>, without a query: the broker signs in with its identity. http is
    /// for this machine alone.
    /// </summary>
    public required Uri Blob { get; init; }

    /// <summary>How often the blob is asked whether it changed. 1 second to 1 hour; 10 seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for one answer of the storage. 1 second to 1 minute; 10 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the host adds to the policy.</summary>
    public PolicyCompileOptions Compile { get; init; } = new();

    /// <summary>Everything that is wrong with these options, a sentence each that says how to mend it; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!Blob.IsAbsoluteUri || Blob.UserInfo.Length > 0 || Blob.Query.Length > 0 || Blob.Fragment.Length > 0 || Blob.Segments.Length < 3)
        {
            problems.Add("The policy blob must be given by its whole address without a query: https://ACCOUNT.blob.core.windows.net/CONTAINER/policy.yaml.");
        }
        else if (Blob.Scheme != Uri.UriSchemeHttps && !(Blob.Scheme == Uri.UriSchemeHttp && Blob.IsLoopback))
        {
            problems.Add("The policy blob's address must be https (http is for this machine alone): who can change it on its way rules.");
        }

        if (PollInterval < TimeSpan.FromSeconds(1) || PollInterval > TimeSpan.FromHours(1))
        {
            problems.Add("The policy blob's PollInterval must be from 1 second to 1 hour.");
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1))
        {
            problems.Add("The policy blob's Timeout must be from 1 second to 1 minute.");
        }

        return problems;
    }
}
