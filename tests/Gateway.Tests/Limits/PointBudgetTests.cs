using CursorBroker.Gateway.Limits;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Limits;

[TestClass]
public sealed class PointBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void Take_UpToTheBurst_IsGivenAtOnce()
    {
        var budget = new PointBudget<string>(60, 10, _time);

        Assert.IsNull(budget.Take("una", 5));
        Assert.IsNull(budget.Take("una", 5));
        Assert.IsNotNull(budget.Take("una", 1));
    }

    [TestMethod]
    public void Take_BeyondTheBurst_SaysExactlyWhenToComeAgain()
    {
        var budget = new PointBudget<string>(60, 10, _time);
        budget.Take("una", 10);

        var wait = budget.Take("una", 3);
        Assert.AreEqual(TimeSpan.FromSeconds(3), wait);

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.IsNotNull(budget.Take("una", 3));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.IsNull(budget.Take("una", 3));
    }

    [TestMethod]
    public void Take_AfterALongRest_GivesNoMoreThanTheBurst()
    {
        var budget = new PointBudget<string>(60, 10, _time);
        budget.Take("una", 10);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.IsNull(budget.Take("una", 10));
        Assert.IsNotNull(budget.Take("una", 1));
    }

    [TestMethod]
    public void Take_OneCallerAtTheEnd_LeavesTheOthersTheirs()
    {
        var budget = new PointBudget<string>(60, 10, _time);
        budget.Take("una", 10);

        Assert.IsNotNull(budget.Take("una", 1));
        Assert.IsNull(budget.Take("ben", 10));
    }

    [TestMethod]
    public void Take_Refused_CostsNothing()
    {
        var budget = new PointBudget<string>(60, 10, _time);
        budget.Take("una", 8);
        for (var i = 0; i < 100; i++)
        {
            Assert.IsNotNull(budget.Take("una", 5));
        }

        Assert.IsNull(budget.Take("una", 2));
    }

    [TestMethod]
    public void Take_FreeCalls_AreNotCounted()
    {
        var budget = new PointBudget<string>(60, 10, _time);
        budget.Take("una", 10);

        Assert.IsNull(budget.Take("una", 0));
    }

    [TestMethod]
    public void Take_MoreKeysThanAreKept_ForgetsOnlyThoseWithAFullBudget()
    {
        var budget = new PointBudget<int>(60, 10, _time);
        for (var key = 0; key < 20_000; key++)
        {
            Assert.IsNull(budget.Take(key, 10));
        }

        // None of them is full: if one were forgotten, it would have its points again.
        for (var key = 0; key < 20_000; key++)
        {
            Assert.IsNotNull(budget.Take(key, 1));
        }
    }
}
