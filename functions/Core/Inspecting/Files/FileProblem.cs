using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Inspecting.Files;

/// <summary>Why a file cannot be looked into, and so is not handed out.</summary>
public sealed record FileProblem
{
    private const int MaxMessage = 300;

    internal FileProblem(string message, bool isTooMuch)
    {
        Message = GitText.OneLine(message, MaxMessage);
        IsTooMuch = isTooMuch;
    }

    /// <summary>One line for the caller.</summary>
    public string Message { get; }

    /// <summary>Whether a bound was passed; otherwise it cannot be read.</summary>
    public bool IsTooMuch { get; }
}

/// <summary>Thrown within an inspection to end it; <see cref="FileInspector"/> makes a value of it.</summary>
internal sealed class FileProblemException(string message, bool isTooMuch = false) : Exception(message)
{
    public bool IsTooMuch => isTooMuch;
}
