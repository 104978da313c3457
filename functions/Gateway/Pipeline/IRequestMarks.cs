using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What a request is known by in the audit, for answers that name it. A feature of the request's <c>HttpContext</c> from its beginning on.</summary>
public interface IRequestMarks
{
    /// <summary>The request's reference id.</summary>
    string Reference { get; }

    /// <summary>The session; null until the caller is known.</summary>
    SessionId? Session { get; }
}
