using CursorBroker.Core.Writes;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>What is written is looked through by.</summary>
public interface IWriteScanners
{
    /// <summary>The rules in force now, with what was learned by them. Taken once a request.</summary>
    WriteScanner Current { get; }
}
