namespace CursorBroker.Gateway.Pipeline;

/// <summary>Where the upstream is. Both addresses end with a slash.</summary>
public sealed record UpstreamOptions
{
    /// <summary>git over HTTP; <c>https://github.com/</c> unless told otherwise.</summary>
    public Uri Git { get; init; } = new("https://github.com/");

    /// <summary>REST and GraphQL; <c>https://api.github.com/</c> unless told otherwise.</summary>
    public Uri Api { get; init; } = new("https://api.github.com/");

    /// <summary>Longest silence in either direction before an exchange is cut; 10 minutes unless told otherwise, above zero.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time for the broker's own questions to the upstream; 30 seconds unless told otherwise, above zero.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal Uri BaseOf(UpstreamFace face) => face == UpstreamFace.Git ? Git : Api;
}
