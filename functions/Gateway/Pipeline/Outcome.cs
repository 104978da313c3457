using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>A step's value, or the refusal that ends the request: expected failures are values.</summary>
/// <typeparam name="T">What the step yields.</typeparam>
public readonly struct Outcome<T>
    where T : class
{
    private Outcome(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    /// <summary>The value; null when refused.</summary>
    public T? Value { get; }

    /// <summary>The refusal; null when there is a value.</summary>
    public Refusal? Refusal { get; }

    /// <summary>True, with the value, unless refused.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        value = Value;
        refusal = Refusal;
        return value is not null;
    }

    /// <summary>A value of a type that no conversion can be defined for: an interface.</summary>
    internal static Outcome<T> Of(T value) => new(value, null);

    /// <summary>A value.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);
}
