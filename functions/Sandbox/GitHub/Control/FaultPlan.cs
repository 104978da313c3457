namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>The faults still to come, struck in the order in which they were planned, at most one a request.</summary>
public sealed class FaultPlan
{
    private readonly Lock _planning = new();
    private readonly List<(SandboxFault Fault, int Left)> _plan = [];

    /// <summary>How many strikes are still to come.</summary>
    public int Remaining
    {
        get
        {
            lock (_planning)
            {
                return _plan.Sum(static planned => planned.Left);
            }
        }
    }

    /// <summary>Plans a fault.</summary>
    public void Add(SandboxFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Times, 1);
        lock (_planning)
        {
            _plan.Add((fault, fault.Times));
        }
    }

    /// <summary>Forgets every fault still to come.</summary>
    public void Clear()
    {
        lock (_planning)
        {
            _plan.Clear();
        }
    }

    internal SandboxFault? Take(RecordedRequest request)
    {
        lock (_planning)
        {
            var index = _plan.FindIndex(planned => planned.Fault.When(request));
            if (index < 0)
            {
                return null;
            }

            var (fault, left) = _plan[index];
            if (left == 1)
            {
                _plan.RemoveAt(index);
            }
            else
            {
                _plan[index] = (fault, left - 1);
            }

            return fault;
        }
    }
}
