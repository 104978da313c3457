using GraphQL;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>A field's error, with GitHub's <c>type</c>: <c>FORBIDDEN</c>, <c>NOT_FOUND</c>, <c>UNPROCESSABLE</c>. The library takes it as an exception.</summary>
internal sealed class GraphRefusal : ExecutionError
{
    public GraphRefusal(string type, string message)
        : base(message) => Code = type;

    public static GraphRefusal Forbidden() => new("FORBIDDEN", "Resource not accessible by integration");

    public static GraphRefusal NotFound(string what) => new("NOT_FOUND", "Could not resolve to " + what + ".");

    public static GraphRefusal Unprocessable(string message) => new("UNPROCESSABLE", message);
}
