using System.Diagnostics;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>Waits for what happens behind an answer's back. The limit only ends a test that has failed already.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition, string what, CancellationToken cancellationToken) =>
        TrueAsync(() => Task.FromResult(condition()), what, cancellationToken);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Limit)
            {
                Assert.Fail($"It never came to be that {what}.");
            }

            await Task.Delay(25, cancellationToken);
        }
    }
}
