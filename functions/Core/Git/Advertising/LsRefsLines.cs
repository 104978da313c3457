using System.Text;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>Judges the lines of an answer to <c>ls-refs</c> one by one and writes those that are shown.</summary>
internal sealed class LsRefsLines(RefFilter filter, PacketSink sink, bool showSymrefs, ObjectFormat format, IShownRefVisitor? visitor)
{
    /// <summary>Takes one line, without its line feed; a failure when the upstream's answer cannot be understood.</summary>
    public GitFailure? Take(ReadOnlySpan<byte> line)
    {
        if (GitErrorPacket.Read(line) is { } error)
        {
            return error;
        }

        // "oid name attributes" or "unborn name attributes": the head ends at the second space.
        var name = line.IndexOf((byte)' ') + 1;
        var length = name == 0 ? -1 : line[name..].IndexOf((byte)' ');
        var head = length < 0 ? line : line[..(name + length)];
        var unborn = head.SequenceEqual("unborn HEAD"u8);
        RefLine reference = default;
        if ((!unborn && !RefLine.TryParse(head, format, out reference)) || line.Length == PktLine.MaxPayload)
        {
            return GitFailure.Malformed("the list of refs holds a line that is not 'oid ref'");
        }

        if (!TryReadAttributes(line[head.Length..], out var target, out var peeled))
        {
            return GitFailure.Malformed("the list of refs holds an attribute that cannot be read");
        }

        if (Shows(head[name..], target))
        {
            Write(head, target, peeled);
            Tell(reference, peeled);
        }

        return null;
    }

    private bool Shows(ReadOnlySpan<byte> name, string? target) => name.SequenceEqual("HEAD"u8)
        ? filter.ShowsHead(target)
        : filter.Shows(name) && (target is null || filter.Shows(target));

    private void Write(ReadOnlySpan<byte> head, string? target, string? peeled)
    {
        var attributes = (target is not null && showSymrefs ? $" symref-target:{target}" : "") + (peeled is null ? "" : $" peeled:{peeled}");
        sink.Data([.. head, .. Encoding.UTF8.GetBytes(attributes), (byte)'\n']);
    }

    private void Tell(RefLine reference, string? peeled)
    {
        if (visitor is null || reference.Oid.IsEmpty)
        {
            return;
        }

        visitor.Shown(reference.Oid, reference.Name);
        if (peeled is not null)
        {
            visitor.Shown(Encoding.ASCII.GetBytes(peeled), [.. reference.Name, .. "^{}"u8]);
        }
    }

    // Attributes other than these two are not known and not passed on.
    private bool TryReadAttributes(ReadOnlySpan<byte> attributes, out string? target, out string? peeled)
    {
        target = null;
        peeled = null;
        if (!GitText.TryDecode(attributes, out var text) || text.Any(char.IsControl))
        {
            return false;
        }

        foreach (var attribute in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            target = attribute.StartsWith("symref-target:", StringComparison.Ordinal) ? attribute["symref-target:".Length..] : target;
            peeled = attribute.StartsWith("peeled:", StringComparison.Ordinal) ? attribute["peeled:".Length..] : peeled;
        }

        return peeled is null || GitText.TryParseOid(Encoding.ASCII.GetBytes(peeled), format, out _);
    }
}
