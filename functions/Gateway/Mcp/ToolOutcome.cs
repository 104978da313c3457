namespace CursorBroker.Gateway.Mcp;

/// <summary>What came of a tool call, for the record. Names are stable: the audit holds them.</summary>
internal sealed class ToolOutcome
{
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Waits = "waits";
    public const string Limited = "limited";
    public const string Broken = "broken";

    /// <summary>What came of it; <see cref="Broken"/> until something did.</summary>
    public string Name { get; private set; } = Broken;

    /// <summary>The approval that it waits for or performed; null for none.</summary>
    public string? Approval { get; set; }

    public void Take(ToolAnswer answer)
    {
        Name = answer.Waits is not null ? Waits : answer.IsLimited ? Limited : answer.IsError ? Failed : Done;
        Approval = answer.Waits?.Id.Value ?? Approval;
    }
}
