namespace CursorBroker.Gateway.Pipeline;

/// <summary>Tells someone how many bytes each read brought, who counts them, or throws to break off.</summary>
internal sealed class ObservedStream(Stream inner, Action<int> observe) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        observe(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
