namespace CursorBroker.Local.Commands;

/// <summary>What the process answers to its shell. Stable: scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Done, and the answer is no: a check found errors, a chain does not verify, a demo step differed.</summary>
    public const int Failed = 1;

    /// <summary>Could not be done: wrong options, missing files, a port in use.</summary>
    public const int CannotRun = 2;

    /// <summary>Done, and something was masked.</summary>
    public const int Masked = 3;
}
