using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Patterns;

namespace CursorBroker.Core.Masking.Streams;

/// <content>Swallowing: what follows values without a bound is masked until a byte that is not theirs.</content>
internal sealed partial class ByteMasker
{
    /// <summary>Masks what follows values without a bound, until a byte that is not theirs.</summary>
    private void ContinueSwallows(ReadOnlySpan<byte> text)
    {
        for (var i = _swallows.Count - 1; i >= 0; i--)
        {
            var swallow = _swallows[i];
            var goesOn = swallow.InBase64 ? ContinueInBase64(ref swallow, text) : ContinueInText(ref swallow, text);
            _swallows[i] = swallow;
            if (!goesOn)
            {
                _swallows.RemoveAt(i);
            }
        }
    }

    private bool ContinueInText(ref Swallow swallow, ReadOnlySpan<byte> text)
    {
        var start = _readable.FromOriginal((int)(swallow.At.Place - _buffer.Origin));
        var length = swallow.Class.Run(text[start..]);
        var isCut = false;
        if (_form == TextForm.Json)
        {
            var inString = StringEnd(text.Slice(start, length), start);
            isCut = inString < length;
            length = inString;
        }

        if (swallow.Covers && length > 0)
        {
            _buffer.Write(_readable, text, start, start + length, null, []);
        }

        _rulesInText.Resume(swallow.Rule, _buffer.Origin + _readable.ToOriginal(start + length));
        swallow = swallow with { At = (_buffer.Origin + _readable.ToOriginal(start + length), 0) };
        return start + length == text.Length && !isCut;
    }

    private bool ContinueInBase64(ref Swallow swallow, ReadOnlySpan<byte> text)
    {
        var place = _readable.FromOriginal((int)(swallow.At.Place - _buffer.Origin));
        for (var i = 0; i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            var decoded = _base64.Decoded(run);
            var character = _base64.Character(run, place);
            if (_base64.Place(run, 0) > place || (character == run.Characters && !run.IsOpen))
            {
                continue;
            }

            var start = Math.Min(decoded.Length, (character / 4 * 3) + swallow.At.Within);
            var length = swallow.Class.Run(decoded[start..]);
            if (swallow.Covers && length > 0)
            {
                _buffer.Write(_readable, text, _base64, run, start, start, start + length, null, []);
            }

            _rulesInBase64.Resume(swallow.Rule, _origins.Items[i] + start + length);
            swallow = swallow with { At = PlaceOf(new Outcome(0, 0, i, 0, 0, 0, false, false), start + length) };
            return start + length == decoded.Length && run.IsOpen;
        }

        return false;
    }

    /// <summary>Where a place of a layer stands in the whole text, and for base64 which byte of its quantum it is.</summary>
    private (long Place, int Within) PlaceOf(Outcome outcome, int at)
    {
        if (outcome.Layer < 0)
        {
            return (_buffer.Origin + _readable.ToOriginal(at), 0);
        }

        var run = _base64.Found[outcome.Layer];
        var character = at / 3 * 4;
        var place = character < run.Characters ? _base64.Place(run, character) : _base64.Place(run, run.Characters - 1) + 1;
        return (_buffer.Origin + _readable.ToOriginal(place), at % 3);
    }

    /// <summary>A value without a bound that is still going on.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Swallow(int Rule, ByteClass Class, bool InBase64, (long Place, int Within) At, bool Covers);
}
