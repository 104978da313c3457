using System.IO.Compression;
using System.Net;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Masking;

/// <summary>
/// An answer that came compressed although it was asked for plain, as it is. What cannot be undone keeps its <c>Content-Encoding</c>, for which whoever judges the answer refuses it.
/// </summary>
internal sealed class DecodedContent : HttpContent
{
    /// <summary>As much as one byte of an encoding may become, once <see cref="FreeBytes"/> are out.</summary>
    public const int MostExpansion = 250;

    /// <summary>So much is not held against it.</summary>
    public const long FreeBytes = 16 * 1024 * 1024;

    private const int MostLayers = 3;
    private static readonly bool FindsTruncation = ProbeTruncation();

    private readonly HttpContent _encoded;
    private readonly string[] _layers;

    private DecodedContent(HttpContent encoded, string[] layers)
    {
        _encoded = encoded;
        _layers = layers;
        foreach (var (name, values) in encoded.Headers)
        {
            // Those that are about the encoded bytes are not true any more.
            if (!name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Content-MD5", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("Digest", StringComparison.OrdinalIgnoreCase))
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    /// <summary>Puts the plain body in the place of an encoded one, if that is what it has. A part of an encoded body stays as it is.</summary>
    public static void Decode(HttpResponseMessage answer, bool hasBody)
    {
        string[] layers = [.. answer.Content.Headers.ContentEncoding.Where(static name => !name.Equals("identity", StringComparison.OrdinalIgnoreCase)).Select(static name => name.ToLowerInvariant())];
        if (answer.Content.Headers.ContentEncoding.Count == 0)
        {
            return;
        }

        if (!hasBody || layers.Length == 0)
        {
            answer.Content.Headers.ContentEncoding.Clear();
            answer.Content.Headers.ContentLength = layers.Length == 0 ? answer.Content.Headers.ContentLength : null;
        }
        else if (FindsTruncation && answer.StatusCode != HttpStatusCode.PartialContent && layers.Length <= MostLayers && layers.All(IsKnown))
        {
            answer.Content = new DecodedContent(answer.Content, layers);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() => Open(await _encoded.ReadAsStreamAsync());

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => Open(await _encoded.ReadAsStreamAsync(cancellationToken));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var source = await CreateContentReadStreamAsync();
        await source.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoded.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsKnown(string name) => name is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>The layers from the outermost, which was put on last (RFC 9110, 8.4). Each of them is held to its expansion.</summary>
    private Stream Open(Stream stream) => _layers.Reverse().Aggregate(stream, Layer);

    private static ObservedStream Layer(Stream encoded, string name)
    {
        var (taken, given) = (0L, 0L);
        var counted = new ObservedStream(encoded, read => taken += read);
        Stream decoder = name switch
        {
            "br" => new BrotliStream(counted, CompressionMode.Decompress),

            // "deflate" is zlib's format (RFC 9110, 8.4.1.2).
            "deflate" => new ZLibStream(counted, CompressionMode.Decompress),
            _ => new GZipStream(counted, CompressionMode.Decompress),
        };
        return new ObservedStream(decoder, read =>
        {
            given += read;
            if (given > FreeBytes && given / MostExpansion > taken)
            {
                throw new AnswerRefusedException(new Refusal(
                    Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer unpacks to far too much."), $"{taken} bytes of {name} are more than {given}"));
            }
        });
    }

    /// <summary>
    /// Whether a body that is cut off is an error, and never a shorter body: by default the framework takes it for whole. What is built here sets it so (Directory.Build.props); where it is
    /// not so, nothing is decoded.
    /// </summary>
    private static bool ProbeTruncation()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write("cut off"u8);
        }

        using var cut = new GZipStream(new MemoryStream(packed.GetBuffer(), 0, (int)packed.Length - 1), CompressionMode.Decompress);
        try
        {
            cut.CopyTo(Stream.Null);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
