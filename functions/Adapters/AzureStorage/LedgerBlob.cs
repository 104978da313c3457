using Azure;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>One of the Ledger's blobs as it was at a moment.</summary>
/// <param name="First">The number of its first record.</param>
/// <param name="Limit">Appends that it takes.</param>
/// <param name="Appends">Appends that it has.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="ETag">Its version then.</param>
/// <param name="Previous">The record before its first.</param>
internal sealed record LedgerBlob(long First, int Limit, int Appends, long Length, ETag ETag, LedgerHead Previous);
