namespace CursorBroker.Core.Operations;

/// <summary>How much of a GitHub App permission; each level holds the ones below it.</summary>
public enum Access
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read.</summary>
    Read = 1,

    /// <summary>Read and write.</summary>
    Write = 2,

    /// <summary>Read, write and administer (few permissions have it).</summary>
    Admin = 3,
}
