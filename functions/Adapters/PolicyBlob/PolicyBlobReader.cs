using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.PolicyBlob;

/// <summary>One question to the storage, as a value.</summary>
internal sealed class PolicyBlobReader(BlobClient blob)
{
    private readonly string _noun = NounOf(blob.Uri);

    /// <summary>The blob in a sentence.</summary>
    public static string NounOf(Uri blob) => $"policy blob '{AddressOf(blob)}'";

    /// <summary>The address without a query, which might be a signature.</summary>
    public static string AddressOf(Uri blob) => blob.GetLeftPart(UriPartial.Path);

    /// <summary>What the blob holds, unless that is still the version given.</summary>
    public async ValueTask<BlobAnswer> ReadAsync(ETag? known, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = known is { } etag ? new BlobRequestConditions { IfNoneMatch = etag } : null;
            var response = await blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken);
            if (response.GetRawResponse().Status == 304)
            {
                return new BlobAnswer.Unchanged();
            }

            using var answer = response.Value;

            // One byte beyond the limit is enough for the compiler to see that it is too large.
            var bytes = new byte[PolicyCompiler.MaxBytes + 1];
            var read = await answer.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return new BlobAnswer.Changed(bytes[..read], answer.Details.ETag);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Whatever the storage, the SDK or a credential throws: the polling goes on, and the policy in force stays.
            return new BlobAnswer.Unreadable(Describe(failure));
        }
    }

    private string Describe(Exception failure) => failure switch
    {
        RequestFailedException { Status: 404 } => $"The {_noun} is not there.",
        RequestFailedException { Status: 403, ErrorCode: "AuthorizationPermissionMismatch" } =>
            $"The {_noun} cannot be read: the broker's identity lacks the role Storage Blob Data Reader on its container; a new assignment takes some minutes to count.",
        RequestFailedException { Status: 403, ErrorCode: "AuthorizationFailure" } =>
            $"The {_noun} cannot be read: the storage account's network rules keep the broker out, or its identity has no role there.",
        RequestFailedException { Status: > 0 } refused => $"The {_noun} cannot be read: the storage answered {refused.Status} {refused.ErrorCode}.",
        RequestFailedException or AggregateException or IOException => $"The {_noun} cannot be read: {blob.Uri.Host} cannot be reached.",
        AuthenticationFailedException => $"The {_noun} cannot be read: the broker's identity gets no token for it.",
        OperationCanceledException => $"The {_noun} cannot be read: the storage took too long to answer.",
        _ => $"The {_noun} cannot be read: {failure.GetType().Name}.",
    };
}

/// <summary>What a look at the blob found.</summary>
internal abstract record BlobAnswer
{
    /// <summary>A version that was not known.</summary>
    public sealed record Changed(byte[] Bytes, ETag Version) : BlobAnswer;

    /// <summary>The known version is the newest.</summary>
    public sealed record Unchanged : BlobAnswer;

    /// <summary>Nothing, and why.</summary>
    public sealed record Unreadable(string Problem) : BlobAnswer;
}
