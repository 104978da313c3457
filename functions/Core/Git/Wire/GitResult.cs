using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Git.Wire;

/// <summary>A value, or why there is none.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct GitResult<T>
    where T : class
{
    internal GitResult(T? value, GitFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null && Value is not null;

    /// <summary>The value.</summary>
    public T? Value { get; }

    /// <summary>Why there is no value.</summary>
    public GitFailure? Failure { get; }

    /// <summary>A success of a type that no conversion can be defined for: an interface.</summary>
    [SuppressMessage("Design", "CA1000:Do not declare static members on generic types", Justification = "The type it is for stands in the call.")]
    public static GitResult<T> Of(T value) => new(value, null);

    /// <summary>A success.</summary>
    public static implicit operator GitResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator GitResult<T>(GitFailure failure) => new(null, failure);
}

/// <summary>Makes results where the conversions of <see cref="GitResult{T}"/> cannot: a value known by its interface converts to nothing by itself.</summary>
public static class GitResult
{
    /// <summary>A success.</summary>
    public static GitResult<T> Success<T>(T value)
        where T : class => new(value, null);
}
