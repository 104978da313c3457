using Azure;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>What a failed request means for what it was to do.</summary>
internal enum Fate
{
    /// <summary>The service answered, and trying again changes nothing.</summary>
    Refused,

    /// <summary>It was not done, and may be tried again: throttled.</summary>
    NotDone,

    /// <summary>It may or may not have been done: no answer, or one that does not say.</summary>
    Unknown,
}

/// <summary>Reads failures of the storage client.</summary>
internal static class StorageFailure
{
    /// <summary>What became of the request.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes: ServerBusy is said before anything is done; other 5xx are not.</remarks>
    public static Fate FateOf(Exception failure) => failure switch
    {
        RequestFailedException { Status: 429 } => Fate.NotDone,
        RequestFailedException { Status: 503, ErrorCode: "ServerBusy" } => Fate.NotDone,
        RequestFailedException { Status: 0 or 408 or >= 500 } => Fate.Unknown,
        IOException or OperationCanceledException or TimeoutException or HttpRequestException => Fate.Unknown,
        _ => Fate.Refused,
    };

    /// <summary>A write's condition did not hold: something is there, or another version, or nothing.</summary>
    /// <remarks>The invalid block list is one too: whoever commits first drops the other's blocks.</remarks>
    public static bool IsConditionNotMet(RequestFailedException failure) =>
        failure is { Status: 412 } or { ErrorCode: "BlobAlreadyExists" or "BlobNotFound" or "InvalidBlockList" };

    /// <summary>The blob, not its container, is missing. An answer without a body has no code, and the container is known to be there by then.</summary>
    public static bool IsAbsent(RequestFailedException failure) => failure is { Status: 404, ErrorCode: "BlobNotFound" or null or "" };

    /// <summary>What to tell whoever runs the broker. The client's own message goes on for a page and is left to the inner exception.</summary>
    public static string Explain(Exception failure) => failure switch
    {
        StorageException ours => ours.Message,
        RequestFailedException { ErrorCode: "ContainerNotFound" } =>
            "the container does not exist. Let the deployment make it, or set CreateContainers for development.",
        RequestFailedException { Status: 401 or 403 } denied =>
            $"access is denied ({denied.ErrorCode}). The broker's identity needs the role Storage Blob Data Contributor on the container, " +
            "and the account's network rules must let it in.",
        RequestFailedException { Status: 0 } unreached => $"the service cannot be reached: {unreached.Message.Split('\n')[0].TrimEnd()}",
        RequestFailedException answered => $"the service answered {answered.Status} {answered.ErrorCode}.",
        OperationCanceledException => "the service did not answer in time.",
        _ => failure.Message,
    };
}
