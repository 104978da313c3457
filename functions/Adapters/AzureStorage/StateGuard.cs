using Azure;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>Whatever the account cannot do ends in State's own exception, on which its callers refuse.</summary>
internal static class StateGuard
{
    /// <summary>Runs something against the account.</summary>
    /// <param name="what">What could not be done if it fails: read or written.</param>
    /// <param name="run">The work.</param>
    /// <exception cref="StateUnavailableException">It failed.</exception>
    public static async ValueTask<T> RunAsync<T>(string what, Func<ValueTask<T>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception failed) when (failed is StorageException or RequestFailedException or InvalidDataException)
        {
            throw new StateUnavailableException($"State could not be {what}: {StorageFailure.Explain(failed)}", failed);
        }
    }
}
