using System.Security.Cryptography;
using CursorBroker.Core.Masking;
using CursorBroker.Core.State;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Gateway.Masking;

/// <summary>
/// The deployment's mask root: made once, by whichever instance comes first, and sealed in State ever after. A broker that cannot read it does not start: with another one it would not know the masks
/// that others wrote.
/// </summary>
internal sealed class MaskRootKeeper(IStateStore state, ISecretSealer sealer) : IHostedService
{
    /// <summary>What the seal is bound to.</summary>
    public const string Purpose = "cursorbroker.mask-root";

    /// <summary>Where it is.</summary>
    public static readonly StateKey Key = new("mask-root", "1");

    private MaskRoot? _root;

    /// <summary>The root. There from the start on.</summary>
    public MaskRoot Root => _root ?? throw new StateUnavailableException("The key of the masks is not read yet.");

    /// <summary>Reads it, or makes it.</summary>
    /// <exception cref="StateUnavailableException">It cannot be read, or not be opened.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await state.ReadAsync(Key, cancellationToken) is not { } record)
        {
            var made = RandomNumberGenerator.GetBytes(MaskRoot.Length);
            await state.CreateAsync(Key, sealer.Seal(Purpose, made), expires: null, cancellationToken);
            CryptographicOperations.ZeroMemory(made);

            // Whoever was first: what is there now is the root.
            record = await state.ReadAsync(Key, cancellationToken) ?? throw new StateUnavailableException("The key of the masks was stored, and is not there.");
        }

        if (sealer.Unseal(Purpose, record.Value.Span) is not { Length: MaskRoot.Length } root)
        {
            throw new StateUnavailableException($"The key of the masks ({Key.Collection}/{Key.Id} in State) cannot be opened: it was changed, or the keys that sealed it are gone.");
        }

        _root = new MaskRoot(root);
        CryptographicOperations.ZeroMemory(root);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
