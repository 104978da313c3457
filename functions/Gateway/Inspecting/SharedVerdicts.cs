using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Which packs some instance has found clean, in State, so that another one does not scan a large repository again that many clone. What is smaller is scanned sooner than asked for.</summary>
internal sealed class SharedVerdicts(IStateStore store, TimeProvider time)
{
    /// <summary>Length from which on a pack's verdict is shared, in bytes.</summary>
    public const long From = 1024 * 1024;

    private const string Collection = "clean-packs";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Whether a pack is known to hold no secret by these rules.</summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask<bool> IsCleanAsync(string generation, byte[] digest, CancellationToken cancellationToken) =>
        await store.ReadAsync(KeyOf(generation, digest), cancellationToken) is not null;

    /// <summary>Remembers that it holds none.</summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask AddCleanAsync(string generation, byte[] digest, CancellationToken cancellationToken) =>

        // Who else remembered it meanwhile says the same.
        await store.CreateAsync(KeyOf(generation, digest), new byte[] { 1 }, time.GetUtcNow() + Lifetime, cancellationToken);

    private static StateKey KeyOf(string generation, byte[] digest) =>
        new(Collection, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{generation}\n{Convert.ToHexString(digest)}"))));
}
