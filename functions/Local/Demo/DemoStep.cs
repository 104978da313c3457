namespace CursorBroker.Local.Demo;

/// <summary>One step of the tour.</summary>
/// <param name="Title">Who does what.</param>
/// <param name="Expected">What should happen.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record DemoStep(string Title, string Expected, Func<CancellationToken, Task<DemoResult>> RunAsync);

/// <summary>What happened.</summary>
/// <param name="AsExpected">Whether it is what should.</param>
/// <param name="Happened">In a line.</param>
internal sealed record DemoResult(bool AsExpected, string Happened);
