using CursorBroker.Core.Audit;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// How an Opaque answer is looked into on its way, where the policy says <c>opaque: inspect</c>. Whoever looks notes here what came of it; an exchange without one is not forwarded then.
/// </summary>
public sealed class AnswerInspection
{
    /// <summary>The request's reference id, which a refusal within the answer quotes.</summary>
    public string Reference { get; internal set; } = "";

    /// <summary>What was looked into; null as long as nothing was.</summary>
    public InspectedBody? Inspected { get; set; }

    /// <summary>What was refused within an answer that had begun; null when nothing was. What is refused before is thrown as <see cref="AnswerRefusedException"/>.</summary>
    public Refusal? Refusal { get; set; }
}
