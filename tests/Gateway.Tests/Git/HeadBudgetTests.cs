using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Git;

/// <summary>Attack: many callers at once, each with the largest request that one may send.</summary>
[TestClass]
public sealed class HeadBudgetTests
{
    private static readonly GitRoomOptions Small = new() { MaxHeldHeadBytes = 400 };

    [TestMethod]
    public async Task Fetch_WhileOthersHoldTheBudget_IsAskedToComeAgain()
    {
        var budget = new HeadBudget(Small);
        using var others = budget.Open();
        others.Take(390);

        var outcome = await Fetch(budget).ClassifyAsync();

        Assert.AreEqual(RefusalKind.Unavailable, outcome.Refusal?.Kind);
        Assert.IsNotNull(outcome.Refusal?.RetryAfter);
    }

    [TestMethod]
    public async Task Fetch_AfterOthersHaveEnded_IsUnderstood()
    {
        var budget = new HeadBudget(Small);
        var others = budget.Open();
        others.Take(390);
        others.Dispose();
        others.Dispose();

        Assert.IsNotNull(await Fetch(budget).UnderstoodAsync());
        using var all = budget.Open();
        Assert.ThrowsExactly<HeadBudgetException>(() => all.Take(401), "Giving back twice did not make the budget larger.");
    }

    [TestMethod]
    public async Task Push_ItsPack_IsNotChargedToTheBudget()
    {
        var body = new MadePush(System.Security.Cryptography.RandomNumberGenerator.GetBytes(300_000)).Body();
        var call = new GitCall("POST", "/acme/pay/git-receive-pack", "application/x-git-receive-pack-request", body)
        {
            Options = new GitRoomOptions { MaxHeldHeadBytes = 100_000 },
        };
        var push = await MadePush.ExaminedAsync(call);

        var rebuilt = push.Rebuild(GitCall.Repository, GitCall.Grant());
        var sent = new MemoryStream();
        await rebuilt.Body!.CopyToAsync(sent);

        Assert.IsGreaterThan(300_000, sent.Length);
    }

    [TestMethod]
    public void Take_BeyondTheBudget_TakesNothing()
    {
        var budget = new HeadBudget(Small);
        using var one = budget.Open();
        using var two = budget.Open();
        one.Take(300);

        Assert.ThrowsExactly<HeadBudgetException>(() => two.Take(101));
        two.Take(100);
    }

    private static GitCall Fetch(HeadBudget budget)
    {
        var packets = GitCall.Post(GitCall.Fetch, v2: true, "command=fetch", GitCall.Delimiter, $"want {GitCall.A}", "done", GitCall.Flush);
        var body = ((MemoryStream)packets.Context.Request.Body).ToArray();
        return new GitCall("POST", $"/acme/pay/{GitCall.Fetch}", $"application/x-{GitCall.Fetch}-request", body) { Options = Small, Budget = budget }
            .With("Git-Protocol", "version=2");
    }
}
