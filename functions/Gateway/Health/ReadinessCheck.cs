namespace CursorBroker.Gateway.Health;

/// <summary>One thing that the broker cannot serve without.</summary>
/// <param name="Name">What it is called in the answer, where anybody reads it: a word, never an address.</param>
/// <param name="HoldsAsync">
/// Whether it is there. <see cref="Core.State.StateUnavailableException"/> and <see cref="Core.Audit.LedgerUnavailableException"/> say no as well.
/// </param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, ValueTask<bool>> HoldsAsync);
