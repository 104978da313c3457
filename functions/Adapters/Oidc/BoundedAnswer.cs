using System.Globalization;
using System.Net;

namespace CursorBroker.Adapters.Oidc;

/// <summary>
/// The body of a small HTTP answer, or why there is none: it took too long, was too large, pointed elsewhere, or was not 200.
/// </summary>
internal sealed record BoundedAnswer(byte[]? Body, string? Failure)
{
    /// <summary>
    /// Sends a request and reads its answer within <paramref name="maxBytes"/> and <paramref name="timeout"/>. A redirect is a failure,
    /// wherever it points: what was allowed is this address. Throws only when <paramref name="cancellationToken"/> is cancelled.
    /// </summary>
    public static async Task<BoundedAnswer> SendAsync(
        HttpMessageInvoker http, HttpRequestMessage request, int maxBytes, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri;
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return Failed(string.Create(CultureInfo.InvariantCulture, $"answered {(int)response.StatusCode}"));
            }

            // A handler that follows redirects by itself says so here.
            if (request.RequestUri != asked)
            {
                return Failed("redirected");
            }

            if (response.Content.Headers.ContentLength > maxBytes)
            {
                return Failed("answer too large");
            }

            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return await ReadAsync(body, maxBytes, either.Token) is { } bytes ? new(bytes, null) : Failed("answer too large");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("took too long");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failed($"could not be reached: {e.Message}");
        }
    }

    private static BoundedAnswer Failed(string failure) => new(null, failure);

    private static async Task<byte[]?> ReadAsync(Stream body, int maxBytes, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (all.Length + read > maxBytes)
            {
                return null;
            }

            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }
}
