using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>The head of a CGI answer: a status (200 when none is given) and headers, ended by an empty line (RFC 3875, section 6).</summary>
internal sealed record CgiHead(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    private const int LongestHead = 16 * 1024;

    /// <summary>Reads the head and leaves the reader at the body's first byte. Null when the program ended or spoke nonsense first.</summary>
    public static async ValueTask<CgiHead?> ReadAsync(PipeReader output, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await output.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryRead(read.Buffer, out var head, out var body))
            {
                output.AdvanceTo(body);
                return head;
            }

            output.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length > LongestHead)
            {
                return null;
            }
        }
    }

    private static bool TryRead(ReadOnlySequence<byte> buffer, out CgiHead? head, out SequencePosition body)
    {
        var status = 200;
        var headers = new List<KeyValuePair<string, string>>();
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            var text = Encoding.Latin1.GetString(line).TrimEnd('\r');
            if (text.Length == 0)
            {
                (head, body) = (new CgiHead(status, headers), reader.Position);
                return true;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (text, string.Empty) : (text[..colon], text[(colon + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase))
            {
                status = int.Parse(value.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            }
            else
            {
                headers.Add(KeyValuePair.Create(name, value));
            }
        }

        (head, body) = (null, buffer.Start);
        return false;
    }
}
