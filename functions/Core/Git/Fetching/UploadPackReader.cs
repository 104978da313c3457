using System.IO.Pipelines;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>Reads the decompressed body of a POST to git-upload-pack, to its end.</summary>
public static class UploadPackReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="input">The body.</param>
    /// <param name="isV2">Whether the request's <c>Git-Protocol</c> header asks for version 2; nothing is guessed from the bytes.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>A <see cref="LsRefsRequest"/>, <see cref="FetchRequest"/> or <see cref="UploadPackProbe"/>, or why it is refused.</returns>
    public static async ValueTask<GitResult<UploadPackRequest>> ReadAsync(
        PipeReader input, bool isV2, UploadPackLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var packets = new PktLineReader(input, isV2 ? PktLineSpecials.Delimiter : PktLineSpecials.None, limits.MaxBytes);
        var first = await packets.ReadAsync(cancellationToken);
        var result = first.Kind switch
        {
            PktLineKind.Flush => UploadPackProbe.Instance,
            PktLineKind.Data when isV2 => await new CommandReader(packets, limits).ReadAsync(first, cancellationToken),
            PktLineKind.Data => await new WantsReader(packets, limits).ReadAsync(first, cancellationToken),
            PktLineKind.End => GitFailure.Truncated("the request is empty"),
            PktLineKind.Failed => first.Failure!,
            _ => GitFailure.Malformed("the request begins with a special pkt-line"),
        };
        return result.Succeeded && await packets.ExpectEndAsync("the request", cancellationToken) is { } trailing ? trailing : result;
    }
}
