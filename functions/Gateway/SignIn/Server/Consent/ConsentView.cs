using CursorBroker.Gateway.Pages.Views;

namespace CursorBroker.Gateway.SignIn.Server.Consent;

// Public, as the components are that the Razor compiler makes of the .razor files beside; nothing outside this folder has a use for them.

/// <summary>The question whether an application may come in.</summary>
public sealed record ConsentView
{
    /// <summary>Around it.</summary>
    public required PageFrame Frame { get; init; }

    /// <summary>Which question.</summary>
    public required string Id { get; init; }

    /// <summary>The application.</summary>
    public required string Client { get; init; }

    /// <summary>Whether its name is only what it calls itself.</summary>
    public required bool IsItsOwnWord { get; init; }

    /// <summary>Where the answer goes; null for a device.</summary>
    public required string? Redirect { get; init; }

    /// <summary>The same in words.</summary>
    public required string? Goes { get; init; }

    /// <summary>Where the person has signed in.</summary>
    public required string Issuer { get; init; }
}

/// <summary>A page between two places, which moves on by itself.</summary>
/// <param name="Frame">Around it.</param>
/// <param name="Heading">In a few words.</param>
/// <param name="Text">In a sentence or two.</param>
/// <param name="Target">Where it leads.</param>
/// <param name="Label">What the way on says.</param>
public sealed record StepAsideView(PageFrame Frame, string Heading, string Text, string Target, string Label);

/// <summary>Where a device's code is typed.</summary>
/// <param name="Frame">Around it.</param>
/// <param name="Error">What was wrong with the last one; null when nothing was.</param>
public sealed record DeviceView(PageFrame Frame, string? Error);
