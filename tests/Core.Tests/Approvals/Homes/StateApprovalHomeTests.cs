using CursorBroker.Core.Approvals;
using CursorBroker.Core.Tests.State;

namespace CursorBroker.Core.Tests.Approvals.Homes;

/// <summary>The home on one machine.</summary>
[TestClass]
public sealed class StateApprovalHomeTests : ApprovalHomeContract, IApprovalTrouble
{
    private readonly InMemoryStateStore _state;
    private StateApprovalHome _home = null!;
    private ApprovalClock _clock = null!;

    public StateApprovalHomeTests()
    {
        _state = new InMemoryStateStore(Time);
        Restart();
    }

    private protected override IApprovalHome Home => _home;

    void IApprovalTrouble.Troubled(string what, Exception? exception) => Troubles.Enqueue(what);

    private protected override void Restart()
    {
        var options = new ApprovalOptions();
        _home = new StateApprovalHome(_state, new ApprovalTeller(Ledger, [Observer], this, Time), this, options);
        _clock = new ApprovalClock(_home, _state, this, options, Time);
    }

    private protected override async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await _clock.LookAsync(CancellationToken.None);
    }
}
