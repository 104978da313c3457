using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class FetchPartsTests
{
    private const string Id = "1111111111111111111111111111111111111111";

    [TestMethod]
    [DataRow(true, "acknowledgments\n|ACK " + Id + "\n|ready\n|<delim>|shallow-info\n|shallow " + Id + "|<delim>|packfile\n|\u0001PACK|\u0002hi|\u0001|<flush>", "Line Line Line Delimiter Line Line Delimiter Line Pack Progress Pack Flush")]
    [DataRow(true, "acknowledgments\n|NAK\n|<flush>", "Line Line Flush")]
    [DataRow(true, "packfile\n|<flush>", "Line Flush")]
    [DataRow(false, "NAK\n|\u0001PACK|\u0002hi|<flush>", "Line Pack Progress Flush")]
    [DataRow(false, "shallow " + Id + "|unshallow " + Id + "|<flush>|ACK " + Id + " common\n|\u0002hi|<flush>", "Line Line Flush Line Progress Flush")]
    [DataRow(false, "ACK " + Id + " common\n|NAK\n", "Line Line End")]
    public async Task Answer_WellFormed_IsTakenApart(bool isV2, string packets, string kinds) => Assert.AreEqual(kinds, await KindsAsync(isV2, Body(packets)));

    [TestMethod]
    [DataRow(true, "ERR go away", GitFailureKind.UpstreamRefused)]
    [DataRow(true, "packfile\n|\u0003no memory", GitFailureKind.UpstreamRefused)]
    [DataRow(true, "packfile\n|\u0001PACK", GitFailureKind.Truncated, DisplayName = "cut short within the pack")]
    [DataRow(true, "acknowledgments\n|NAK\n", GitFailureKind.Truncated, DisplayName = "cut short before it")]
    [DataRow(true, "packfile\n|\u0001PACK|<flush>|\u0001more", GitFailureKind.Malformed, DisplayName = "attack: more behind the end")]
    [DataRow(true, "packfile\n|\u0004PACK|<flush>", GitFailureKind.Malformed, DisplayName = "attack: a band that nobody scans")]
    [DataRow(true, "packfile\n|<delim>|packfile\n", GitFailureKind.Malformed, DisplayName = "attack: two packs")]
    [DataRow(true, "<delim>|packfile\n", GitFailureKind.Malformed)]
    [DataRow(true, "packfile-uris\n|x|<delim>|packfile\n", GitFailureKind.Unsupported, DisplayName = "attack: a pack at another address")]
    [DataRow(true, "\u0001PACK|<flush>", GitFailureKind.Unsupported, DisplayName = "attack: a pack without its section")]
    [DataRow(false, "PACK and so on|<flush>", GitFailureKind.Malformed, DisplayName = "attack: a pack on no band")]
    [DataRow(false, "NAK\n|\u0001PACK|NAK\n|<flush>", GitFailureKind.Malformed)]
    [DataRow(false, "NAK\n|\u0001PACK|<delim>", GitFailureKind.Malformed)]
    public async Task Answer_ThatIsNone_Fails(bool isV2, string packets, GitFailureKind kind)
    {
        var parts = new FetchParts(PipeReader.Create(new MemoryStream(Body(packets))), isV2);
        FetchPart part;
        do
        {
            part = await parts.ReadAsync(CancellationToken.None);
        }
        while (part.Kind is not (FetchPartKind.Failed or FetchPartKind.End) && !part.IsLast);

        Assert.AreEqual(kind, part.Failure?.Kind, $"{part.Kind} {part.Failure?.Message}");
    }

    [TestMethod]
    public async Task Answer_ChangedAtRandom_EndsOrFails()
    {
        var random = new Random(20_260_103);
        var whole = Body("acknowledgments\n|ACK " + Id + "\n|ready\n|<delim>|packfile\n|\u0001PACK|\u0002hi|<flush>");
        for (var round = 0; round < 2000; round++)
        {
            var body = (byte[])whole.Clone();
            body[random.Next(body.Length)] = (byte)random.Next(256);
            await KindsAsync(round % 2 == 0, body);
        }
    }

    private static async Task<string> KindsAsync(bool isV2, byte[] body)
    {
        var parts = new FetchParts(PipeReader.Create(new MemoryStream(body)), isV2);
        var kinds = new List<FetchPartKind>();
        for (var i = 0; i < 100; i++)
        {
            var part = await parts.ReadAsync(CancellationToken.None);
            kinds.Add(part.Kind);
            if (part.Kind is FetchPartKind.Failed or FetchPartKind.End || part.IsLast)
            {
                return string.Join(' ', kinds);
            }
        }

        throw new AssertFailedException("it does not end");
    }

    private static byte[] Body(string packets)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var packet in packets.Split('|'))
        {
            switch (packet)
            {
                case "<flush>":
                    PktLineWriter.WriteFlush(output);
                    break;
                case "<delim>":
                    PktLineWriter.WriteDelimiter(output);
                    break;
                default:
                    PktLineWriter.WriteData(output, Encoding.Latin1.GetBytes(packet));
                    break;
            }
        }

        return output.WrittenSpan.ToArray();
    }
}
