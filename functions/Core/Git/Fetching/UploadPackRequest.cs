using System.Buffers;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>A request to git-upload-pack, understood in full (gitprotocol-pack(5), gitprotocol-v2(5)).</summary>
public abstract class UploadPackRequest
{
    private protected UploadPackRequest()
    {
    }

    /// <summary>The client's program, for the audit; null when it did not say. Never sent on.</summary>
    public string? Agent { get; init; }

    /// <summary>The hash the client uses; null when it did not say, which means SHA-1.</summary>
    public ObjectFormat? ObjectFormat { get; init; }

    /// <summary>Writes the head that every v2 command begins with, up to its delimiter.</summary>
    private protected void WriteCommand(IBufferWriter<byte> output, string command, string agent)
    {
        if (!CapabilityList.IsAgent(agent))
        {
            throw new ArgumentException("An agent is printable ASCII without spaces.", nameof(agent));
        }

        PktLineWriter.WriteLine(output, $"command={command}");
        if (Agent is not null)
        {
            PktLineWriter.WriteLine(output, $"agent={agent}");
        }

        if (ObjectFormat is { } format)
        {
            PktLineWriter.WriteLine(output, $"object-format={ObjectFormats.NameOf(format)}");
        }

        PktLineWriter.WriteDelimiter(output);
    }
}

/// <summary>The exact body <c>0000</c>: a client trying authentication before a large request, or saying that it wants nothing more.</summary>
public sealed class UploadPackProbe : UploadPackRequest
{
    internal static UploadPackProbe Instance { get; } = new();
}
