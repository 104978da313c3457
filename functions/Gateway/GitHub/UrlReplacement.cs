namespace CursorBroker.Gateway.GitHub;

/// <summary>An address at whose beginning another one is put.</summary>
/// <param name="From">What a text begins with, UTF-8.</param>
/// <param name="To">What it begins with afterwards, UTF-8.</param>
internal sealed record UrlReplacement(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To)
{
    /// <summary>Only in members that say where to clone from; otherwise in every member that holds a URL.</summary>
    public bool ForCloning { get; init; }

    /// <summary>Whether the query is left out: GitHub puts a credential there (<c>?token=</c> of a raw file).</summary>
    public bool DropsQuery { get; init; }
}
