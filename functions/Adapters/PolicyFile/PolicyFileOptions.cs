using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>Where the policy file is and how often it is looked at.</summary>
public sealed record PolicyFileOptions
{
    /// <summary>The file. A link is followed anew at every look.</summary>
    public required string Path { get; init; }

    /// <summary>How often the file is looked at. Default: 2 seconds. Above zero.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a file that was seen to change must then lie still before it is read, so that a half-written policy (which may be a
    /// valid one with fewer denials) is not taken for the new one. Default: 250 milliseconds.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What the host adds to the policy.</summary>
    public PolicyCompileOptions Compile { get; init; } = new();
}
