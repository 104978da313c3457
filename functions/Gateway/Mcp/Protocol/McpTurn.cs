using System.Diagnostics;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Pipeline;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>One message of somebody known, while it is answered. A feature of the request's <c>HttpContext</c>.</summary>
/// <param name="Answering">Who asks, under which policy and in which session.</param>
/// <param name="Message">What was sent.</param>
internal sealed record McpTurn(Answering Answering, McpMessage Message)
{
    private readonly Lazy<PolicyReach> _reach = new(() => Answering.Policy.ReachOf(Answering.Caller));

    /// <summary>What the caller may ever do: it hides what they cannot use.</summary>
    public PolicyReach Reach => _reach.Value;

    /// <summary>The header that the message was authenticated by, for the caller's inner calls and nothing else.</summary>
    public StringValues Authorization { get; } = Answering.Context.Request.Headers.Authorization;

    /// <summary>The method alone: what it was authenticated by is nobody's to print.</summary>
    public override string ToString() => $"{nameof(McpTurn)} {Message.Method}";

    /// <summary>The message's own trace; null when nobody traces.</summary>
    public Activity? Trace { get; } = Activity.Current;
}
