namespace CursorBroker.Gateway.Pipeline;

/// <summary>Thrown while a request's body is read on its way to the upstream, which then never gets the whole of it: it is not what the request said.</summary>
public sealed class BodyRefusedException : IOException
{
    /// <summary>Says why.</summary>
    public BodyRefusedException(Refusal refusal)
        : base(refusal?.Detail)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        Refusal = refusal;
    }

    /// <summary>What to refuse with.</summary>
    public Refusal Refusal { get; }
}
