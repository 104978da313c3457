namespace CursorBroker.Adapters.Graph;

/// <summary>The broker's own access token for Microsoft Graph.</summary>
public interface IGraphTokenSource
{
    /// <summary>A token good for at least some minutes, or why there is none. Throws only on cancellation or a bug.</summary>
    ValueTask<GraphToken> GetAsync(CancellationToken cancellationToken);
}

/// <summary>A token that does not print itself, or why there is none.</summary>
public sealed class GraphToken
{
    private readonly string? _value;

    private GraphToken(string? value, string? failure) => (_value, Failure) = (value, failure);

    /// <summary>Why there is none; null when there is one.</summary>
    public string? Failure { get; }

    /// <summary>A token.</summary>
    public static GraphToken Of(string value) => new(value, null);

    /// <summary>No token, and why.</summary>
    public static GraphToken Failed(string failure) => new(null, failure);

    /// <summary>The token itself, for the request's header. Throws when there is none.</summary>
    public string Reveal() => _value ?? throw new InvalidOperationException("there is no token");

    /// <summary>Says only whether there is one.</summary>
    public override string ToString() => _value is null ? "[no token]" : "[token]";
}
