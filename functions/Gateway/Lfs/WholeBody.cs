namespace CursorBroker.Gateway.Lfs;

/// <summary>Reads small bodies whole.</summary>
internal static class WholeBody
{
    /// <summary>The bytes; null when there are more than <paramref name="most"/>, and then the rest is not read.</summary>
    public static async ValueTask<byte[]?> ReadAsync(Stream body, int most, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (whole.Length + read > most)
            {
                return null;
            }

            whole.Write(buffer, 0, read);
        }

        return whole.ToArray();
    }
}
