namespace CursorBroker.Gateway.Inspecting;

/// <summary>How much of the temporary disk all spools of this instance may take.</summary>
internal sealed class SpoolBudget(InspectionOptions options)
{
    private readonly ByteBudget _bytes = new(options.MaxSpooledBytes);

    /// <summary>How many bytes all spools take now.</summary>
    public long Held => _bytes.Held;

    /// <summary>A new, empty spool; disposed by whoever asked.</summary>
    public SpoolFile Open() => new(_bytes, options.SpoolDirectory);
}
