using CursorBroker.Core.Masking;
using CursorBroker.Core.Writes;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>What is written is looked through by.</summary>
public interface IWriteScanners
{
    /// <summary>The rules in force now, with what was learned by them. Taken once a request.</summary>
    WriteScanner Current { get; }
}

/// <summary>The product's own rules, and a root of this process's own: masks that another one wrote are not recognised.</summary>
internal sealed class ProductWriteScanners : IWriteScanners
{
    private readonly Lazy<WriteScanner> _current = new(static () =>
    {
        var root = MaskRoot.Create();
        return new(new SecretScanner(MaskRules.Default, root), root);
    });

    public WriteScanner Current => _current.Value;
}
