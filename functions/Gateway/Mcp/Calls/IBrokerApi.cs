namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>
/// The broker's own APIs, in process: every call goes through the whole pipeline as if its caller had sent it from outside, with the caller's own token. A tool has no other
/// way to GitHub.
/// </summary>
internal interface IBrokerApi
{
    /// <summary>Sends a call and reads its answer. What is refused is a value of the answer.</summary>
    ValueTask<ApiAnswer> SendAsync(ApiCallRequest call, CancellationToken cancellationToken);
}
