using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What the policy's <c>opaque</c> means for a request whose answer cannot be masked in place.</summary>
internal static class OpaqueBodies
{
    /// <summary>
    /// Null where such an answer may pass, as it is or inspected. Inspecting finds secrets; it does not tell which paths a blob is at in every commit that there is, so that
    /// where paths are kept from the caller it lets nothing through either.
    /// </summary>
    public static Refusal? Refuse(Grant grant) => grant.Opaque switch
    {
        OpaqueHandling.Allow => null,
        OpaqueHandling.Inspect when grant.Readable.IsEverything && grant.Others.All(static other => other.Readable.IsEverything) => null,
        OpaqueHandling.Inspect => Refused("opaque: inspect, and paths are denied"),
        _ => Refused("opaque: refuse"),
    };

    /// <summary>Null for what is looked into, or need not be; a request that nobody knows how to look into does not leave.</summary>
    public static Refusal? RefuseUninspected(Grant grant, UpstreamExchange rebuilt) => grant.Opaque == OpaqueHandling.Allow || rebuilt.Inspection is not null ? null : new(
        Stage.Forward,
        RefusalKind.OpaqueRefused,
        new CallerText("policy: what is asked for must be inspected before it is handed out, which this broker cannot do with an answer of this kind"),
        "opaque: inspect, and nothing inspects it");

    private static Refusal Refused(string detail) => new(
        Stage.Authorize,
        RefusalKind.OpaqueRefused,
        new CallerText("policy: git cannot leave out the paths that you may not read, so the policy refuses clones and fetches of this repository, and archives of it"),
        detail);
}
