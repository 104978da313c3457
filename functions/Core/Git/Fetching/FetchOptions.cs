namespace CursorBroker.Core.Git.Fetching;

/// <summary>
/// What a fetching client asked for beside objects. In protocol v0 these are capabilities of the first <c>want</c>, in v2 arguments; the
/// second half exists in v0 alone.
/// </summary>
[Flags]
public enum FetchOptions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>thin-pack</c>.</summary>
    ThinPack = 1,

    /// <summary><c>no-progress</c>.</summary>
    NoProgress = 1 << 1,

    /// <summary><c>include-tag</c>: annotated tags of objects that are sent come along unasked.</summary>
    IncludeTag = 1 << 2,

    /// <summary><c>ofs-delta</c>.</summary>
    OfsDelta = 1 << 3,

    /// <summary><c>deepen-relative</c>.</summary>
    DeepenRelative = 1 << 4,

    /// <summary><c>multi_ack</c>.</summary>
    MultiAck = 1 << 5,

    /// <summary><c>multi_ack_detailed</c>.</summary>
    MultiAckDetailed = 1 << 6,

    /// <summary><c>no-done</c>.</summary>
    NoDone = 1 << 7,

    /// <summary><c>side-band</c>.</summary>
    SideBand = 1 << 8,

    /// <summary><c>side-band-64k</c>.</summary>
    SideBand64k = 1 << 9,

    /// <summary><c>shallow</c>.</summary>
    Shallow = 1 << 10,

    /// <summary><c>deepen-since</c>.</summary>
    DeepenSince = 1 << 11,

    /// <summary><c>deepen-not</c>.</summary>
    DeepenNot = 1 << 12,

    /// <summary><c>filter</c>.</summary>
    Filter = 1 << 13,
}

/// <summary>Names of <see cref="FetchOptions"/> on the wire.</summary>
internal static class FetchOptionNames
{
    private const FetchOptions InBoth =
        FetchOptions.ThinPack | FetchOptions.NoProgress | FetchOptions.IncludeTag | FetchOptions.OfsDelta | FetchOptions.DeepenRelative;

    private static readonly (FetchOptions Option, string Name)[] Names =
    [
        (FetchOptions.MultiAck, "multi_ack"),
        (FetchOptions.MultiAckDetailed, "multi_ack_detailed"),
        (FetchOptions.NoDone, "no-done"),
        (FetchOptions.SideBand, "side-band"),
        (FetchOptions.SideBand64k, "side-band-64k"),
        (FetchOptions.ThinPack, "thin-pack"),
        (FetchOptions.NoProgress, "no-progress"),
        (FetchOptions.IncludeTag, "include-tag"),
        (FetchOptions.OfsDelta, "ofs-delta"),
        (FetchOptions.Shallow, "shallow"),
        (FetchOptions.DeepenSince, "deepen-since"),
        (FetchOptions.DeepenNot, "deepen-not"),
        (FetchOptions.DeepenRelative, "deepen-relative"),
        (FetchOptions.Filter, "filter"),
    ];

    /// <summary>The option of a name in protocol v0; None when there is none.</summary>
    public static FetchOptions ParseCapability(string name) => Array.Find(Names, pair => pair.Name == name).Option;

    /// <summary>The option of a name in protocol v2; None when there is none.</summary>
    public static FetchOptions ParseArgument(string name) => ParseCapability(name) & InBoth;

    /// <summary>The names of all options set, in one order.</summary>
    public static IEnumerable<string> Of(FetchOptions options) =>
        Names.Where(pair => options.HasFlag(pair.Option)).Select(static pair => pair.Name);
}
