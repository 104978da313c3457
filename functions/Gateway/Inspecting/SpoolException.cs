namespace CursorBroker.Gateway.Inspecting;

/// <summary>There is no room for a spool, now or at all.</summary>
internal sealed class SpoolException(SpoolProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    public SpoolProblem Problem => problem;
}

/// <summary>Why there is no room.</summary>
internal enum SpoolProblem
{
    /// <summary>Others have it; later there is some.</summary>
    Busy,

    /// <summary>There will never be that much.</summary>
    TooLarge,

    /// <summary>The disk does not take it.</summary>
    Broken,
}
