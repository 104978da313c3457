namespace CursorBroker.Gateway.Pipeline;

/// <summary>Thrown by a <see cref="BodyFilter"/> that has read an answer's body and found that it must not be relayed. Nothing may have been written by then.</summary>
public sealed class AnswerRefusedException : Exception
{
    /// <summary>Says why.</summary>
    public AnswerRefusedException(Refusal refusal)
        : base(refusal?.Detail)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        Refusal = refusal;
    }

    /// <summary>What to refuse with.</summary>
    public Refusal Refusal { get; }
}
