using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.Mcp.Own;

/// <summary>How many calls of each person wait at once, on this instance: every one of them keeps looking.</summary>
internal sealed class Waiters
{
    /// <summary>Most at once.</summary>
    public const int Most = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<PersonId, int> _waiting = [];

    /// <summary>Lets one more wait; false when as many as may do.</summary>
    public bool TryEnter(PersonId person)
    {
        lock (_gate)
        {
            var now = _waiting.GetValueOrDefault(person);
            if (now == Most)
            {
                return false;
            }

            _waiting[person] = now + 1;
            return true;
        }
    }

    /// <summary>One waits no more.</summary>
    public void Leave(PersonId person)
    {
        lock (_gate)
        {
            if (_waiting[person] == 1)
            {
                _waiting.Remove(person);
            }
            else
            {
                _waiting[person]--;
            }
        }
    }
}
