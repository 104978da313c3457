namespace CursorBroker.Core.Git.Advertising;

/// <summary>Is told of everything an advertisement shows to the caller.</summary>
public interface IShownRefVisitor
{
    /// <summary>A ref, or what an annotated tag points to (then <paramref name="name"/> ends with <c>^{}</c>).</summary>
    /// <param name="oid">The object id in lower-case hex; valid during the call.</param>
    /// <param name="name">The name as the upstream wrote it; valid during the call.</param>
    void Shown(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> name);

    /// <summary>
    /// Everything was told. Called once, before the end of the advertisement is written: whoever reads the end may rely on what happens here.
    /// Not called when the advertisement broke off.
    /// </summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
