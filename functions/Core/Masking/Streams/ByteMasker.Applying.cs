using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Reading;

namespace CursorBroker.Core.Masking.Streams;

/// <content>Applying: what was found is masked, in the order of the text, unless it is masked already or the policy allows it.</content>
internal sealed partial class ByteMasker
{
    private int Order(Outcome one, Outcome other)
    {
        var order = one.At.CompareTo(other.At);
        order = order != 0 ? order : other.Layer.CompareTo(one.Layer);
        order = order != 0 ? order : one.ValueStart.CompareTo(other.ValueStart);
        order = order != 0 ? order : Tier(one).CompareTo(Tier(other));
        order = order != 0 ? order : other.ValueEnd.CompareTo(one.ValueEnd);
        return order != 0 ? order : one.Source.CompareTo(other.Source);
    }

    private int Tier(Outcome outcome) => outcome.Source < 0 ? -1 : (int)_rules.Rules[outcome.Source].Tier;

    private void Apply(Outcome outcome, ReadOnlySpan<byte> text)
    {
        var rule = outcome.Source < 0 ? null : _rules.Rules[outcome.Source];
        if (rule is not null)
        {
            Resume(outcome, outcome.MatchEnd);
            var rest = rule.Trailing;
            if (IsSpelling(outcome, out var asDecoded))
            {
                outcome = asDecoded;
                rest = ByteClass.All;
            }

            if (outcome.GoesOn)
            {
                // Also when it was refused: its rest is no new beginning.
                _swallows.Add(new(outcome.Source, rest!, outcome.Layer >= 0, PlaceOf(outcome, outcome.MatchEnd), outcome.Accepted && rule.Action == MaskAction.Mask));
            }
        }

        if (outcome.Accepted)
        {
            Mask(outcome, rule, text);
        }

        if (outcome.GoesOn)
        {
            ContinueSwallows(text);
        }
    }

    private void Mask(Outcome outcome, MaskRule? rule, ReadOnlySpan<byte> text)
    {
        var (start, end) = (outcome.ValueStart, outcome.ValueEnd);
        var layer = outcome.Layer switch
        {
            Outcome.Original => _buffer.Original,
            Outcome.Readable => text,
            _ => _base64.Decoded(_base64.Found[outcome.Layer]),
        };
        if (outcome.Layer == Outcome.Original)
        {
            (start, end) = (_readable.FromOriginal(start), _readable.FromOriginal(end));
        }

        if (outcome.Source == FindingSource.Rest)
        {
            _buffer.Write(_readable, text, start, end, null, []);
            return;
        }

        if (start >= end || IsCovered(outcome, start, end) || (rule is not null && _rules.Allows(rule.Id, layer[outcome.ValueStart..outcome.ValueEnd])))
        {
            return;
        }

        Span<byte> digest = stackalloc byte[32];
        _key.Digest(layer[outcome.ValueStart..outcome.ValueEnd], digest);
        var action = rule?.Action ?? MaskAction.Mask;
        if (outcome.Source == FindingSource.Number)
        {
            _buffer.WriteNumber(_readable, text, start, end);
        }
        else if (action == MaskAction.Mask)
        {
            var length = end - start;
            // Of a short value a prefix would be too much of it.
            var keep = rule is not null && rule.Keep + MaskKey.ShortestRecognised <= length && rule.Keep * 8 <= length ? rule.Keep : 0;
            if (outcome.Layer >= 0)
            {
                _buffer.Write(_readable, text, _base64, _base64.Found[outcome.Layer], start, start + keep, end, _key, digest);
            }
            else
            {
                _buffer.Keep(_readable, start, start + keep);
                _buffer.Write(_readable, text, start + keep, end, _key, digest);
            }
        }

        var (line, column) = _position.At(_buffer.Original[_settled..outcome.At]);
        _findings.Add(new(IdOf(outcome), _buffer.Origin + outcome.At, outcome.ValueEnd - outcome.ValueStart, line, column, Convert.ToHexStringLower(digest[..16]), action));
        // What only looks for secrets goes on: all of them count.
        BlockedBy ??= action == MaskAction.Block && _marks is null ? rule!.Id : null;
    }

    /// <summary>Whether a rule found a value in what spells a text in base64, such as a key in a manifest. Then it is masked so that it stays base64.</summary>
    private bool IsSpelling(Outcome outcome, out Outcome asDecoded)
    {
        asDecoded = default;
        for (var i = 0; outcome.Layer == Outcome.Readable && i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            var last = _base64.Place(run, run.Characters - 1);
            if (_base64.Place(run, 0) > outcome.ValueStart || last < outcome.ValueEnd - 1)
            {
                continue;
            }

            var start = _base64.Character(run, outcome.ValueStart);
            var end = Math.Min(((_base64.Character(run, outcome.ValueEnd) * 6) + 7) / 8, run.DecodedLength);
            asDecoded = outcome with { Layer = i, ValueStart = start * 6 / 8, ValueEnd = end, MatchEnd = end };
            return run.IsText && run.DecodedLength >= (run.Characters * 6 / 8) - 3;
        }

        return false;
    }

    private bool IsCovered(Outcome outcome, int start, int end) => outcome.Layer >= 0
        ? _buffer.IsCovered(_readable, _base64, _base64.Found[outcome.Layer], start, end)
        : _buffer.IsCovered(_readable, start, end);

    private string IdOf(Outcome outcome) => outcome.Source switch
    {
        FindingSource.Known => KnownSecrets.RuleId,
        FindingSource.Mark => SecretScanner.MarkRuleId,
        FindingSource.Field or FindingSource.Number => FieldFinder.RuleId,
        _ => _rules.Rules[outcome.Source].Id,
    };

    private void Resume(Outcome outcome, int at)
    {
        if (outcome.Layer >= 0)
        {
            _rulesInBase64.Resume(outcome.Source, _origins.Items[outcome.Layer] + at);
        }
        else
        {
            _rulesInText.Resume(outcome.Source, _buffer.Origin + _readable.ToOriginal(at));
        }
    }
}
