using System.Buffers;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Core.Tests.Masking;

/// <summary>Texts through the engine.</summary>
internal static class Masked
{
    public static readonly MaskRoot Root = new(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());

    public static readonly MaskKey Key = Root.ForSession("session");

    public static MaskRules Rules(string yaml)
    {
        var compiled = MaskRules.Compile(yaml);
        return compiled.Rules ?? throw new InvalidOperationException(string.Join('\n', compiled.Problems));
    }

    public static string Whole(MaskRules rules, string text, KnownSecrets? known = null) => Chunks(rules, known, Encoding.Latin1.GetBytes(text)).Text;

    public static (string Text, string Findings) Chunks(MaskRules rules, KnownSecrets? known, params byte[][] chunks)
    {
        using var masker = new StreamMasker(rules, Key, known);
        var output = new ArrayBufferWriter<byte>();
        foreach (var chunk in chunks)
        {
            masker.Push(chunk, end: false, output);
        }

        masker.Push([], end: true, output);
        return (Encoding.Latin1.GetString(output.WrittenSpan), string.Join('\n', masker.Findings));
    }
}
