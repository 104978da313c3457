namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>A device that waits for somebody to type its code. Kept under the digest of its device code.</summary>
internal sealed record DeviceRequest
{
    public required string Client { get; init; }

    /// <summary>After which it is over.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>How long the device has to wait between two questions, in seconds.</summary>
    public required int Interval { get; init; }

    /// <summary>When it last asked.</summary>
    public DateTimeOffset Asked { get; init; }

    /// <summary>Who agreed; null until then.</summary>
    public SignedIn? Person { get; init; }

    /// <summary>Whether somebody said no.</summary>
    public bool Denied { get; init; }
}

/// <summary>The code that a person types, leading to the device's record. Kept under the code's digest.</summary>
/// <param name="Device">The key of the device's record.</param>
internal sealed record DeviceUserCode(string Device);
