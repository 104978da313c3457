using CursorBroker.Core.Masking.Layers;

namespace CursorBroker.Core.Masking.Streams;

/// <content>Dropping: what no later value needs is forgotten.</content>
internal sealed partial class ByteMasker
{
    /// <summary>Forgets what no later value needs: its rules may look so far back.</summary>
    private void Drop()
    {
        var behind = Math.Max(_rules.BeforeValue + 1, (_rules.BeforeValue / 3 * 4 * 65 / 60) + 16);
        var at = Math.Max(0, _readable.FromOriginal(_settled) - behind);

        // However it is spelled, there must be room for what follows.
        at = Math.Max(at, _readable.FromOriginal(Math.Max(0, _settled - MostBehind)));
        CarriedRun? carried = null;
        for (var i = 0; i < _base64.Found.Length; i++)
        {
            var run = _base64.Found[i];
            if (_base64.Place(run, 0) < at && (run.IsOpen || at <= _base64.Place(run, run.Characters - 1)))
            {
                var quantum = Math.Min(_base64.Character(run, at), run.Characters) / 4;
                quantum = quantum * 4 == run.Characters ? quantum - 1 : quantum;
                if (quantum <= 0)
                {
                    at = _base64.Place(run, 0);
                    break;
                }

                at = _base64.Place(run, quantum * 4);
                var line = _base64.Line(run, quantum * 4);
                var before = line.Before == 0 && run.IsCarried ? _carried!.Value.LineCharacters : 0;
                carried = new(at - line.Start + before, _origins.Items[i] + (quantum * 3), run.IsText);
                break;
            }
        }

        _carried = at > 0 ? carried : _carried;
        var original = Math.Min(_settled, _readable.ToOriginal(at));
        _buffer.Drop(original);
        _settled -= original;
    }
}
