using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;
using CursorBroker.Sandbox.GitHub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>A broker that is a process of its own: killed while approvals wait, and telling people of them.</summary>
[TestClass]
public sealed class BrokerProcessTests
{
    private const string Rules = """
        notify: { leads: { teams: secret:teams-webhook } }
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] }, notify: [leads] }
        """;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Broker_KilledWhileAPushWaits_LetsItBeDecidedAndPushedAgainAfterwards()
    {
        using var directory = new TempDirectory();
        await using var sandbox = await SandboxAsync(directory);
        var git = new GitClient(directory.Path);
        var token = await SignIn.TokenAsync(sandbox.Issuer, "developer", TestContext.CancellationToken);
        await using var broker = await BrokerProcess.StartAsync(directory.Path, sandbox, Rules, TestContext.CancellationToken);
        var clone = await ClonedAsync(git, token, broker, directory);

        var held = git.RunAsync(clone, token, TestContext.CancellationToken, "push", "origin", "HEAD:main");
        ApprovalOpened? opened = null;
        await Eventually.TrueAsync(
            async () => (opened = (await Ledgers.OpenAsync(broker.DataDirectory, reader => Ledgers.EventsAsync(reader, TestContext.CancellationToken)))
                .OfType<ApprovalOpened>().SingleOrDefault()) is not null,
            "the push waits",
            TestContext.CancellationToken);
        using var lead = new Approver("lead", TestContext.CancellationToken);
        await lead.WaitsAsync(new Uri(new Uri(broker.Url), $"/approvals/{opened!.Approval}"));
        await broker.KillAsync();
        Assert.IsFalse((await held).Succeeded);

        await using var again = await BrokerProcess.StartAsync(directory.Path, sandbox, Rules, TestContext.CancellationToken);
        await lead.ApproveAsync(new Uri(new Uri(again.Url), $"/approvals/{opened.Approval}"), "After all");
        await git.RunAsync(clone, null, TestContext.CancellationToken, "remote", "set-url", "origin", UrlOf(again));
        var push = await git.RunAsync(clone, token, TestContext.CancellationToken, "push", "origin", "HEAD:main");

        Assert.IsTrue(push.Succeeded, push.Error);
        var events = await Ledgers.OpenAsync(again.DataDirectory, reader => Ledgers.EventsAsync(reader, TestContext.CancellationToken));
        Assert.AreEqual(opened.Approval, events.OfType<ApprovalUsed>().Single().Approval);
        var verification = await Ledgers.OpenAsync(again.DataDirectory, reader => Ledgers.VerifyAsync(reader, TestContext.CancellationToken));
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        Assert.AreEqual(0, await again.StopAsync(), again.Errors);
    }

    [TestMethod]
    public async Task Leads_NamedByTheRule_GetACardWithTheLink()
    {
        using var directory = new TempDirectory();
        var card = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var teams = await TeamsAsync(card);
        await using var sandbox = await SandboxAsync(directory);
        var git = new GitClient(directory.Path);
        var token = await SignIn.TokenAsync(sandbox.Issuer, "developer", TestContext.CancellationToken);
        await using var broker = await BrokerProcess.StartAsync(
            directory.Path, sandbox, Rules, TestContext.CancellationToken, ["--hold", "0"], new() { ["CURSORBROKER_SECRET_TEAMS_WEBHOOK"] = $"{teams.Urls.First()}/hook?sig=very-secret" });
        var clone = await ClonedAsync(git, token, broker, directory);

        var link = Approver.LinkIn(await git.RunAsync(clone, token, TestContext.CancellationToken, "push", "origin", "HEAD:main"));
        await Eventually.TrueAsync(() => card.Task.IsCompleted, "the card is posted", TestContext.CancellationToken);

        var text = await card.Task;
        Assert.Contains($"\"url\":\"{link}\"", text);
        Assert.Contains("Action.OpenUrl", text);
        Assert.Contains("dana@acme.example", text);
        await Eventually.TrueAsync(
            async () => (await Ledgers.OpenAsync(broker.DataDirectory, reader => Ledgers.EventsAsync(reader, TestContext.CancellationToken))).OfType<ApprovalNotified>().Any(),
            "the ledger has it",
            TestContext.CancellationToken);
        Assert.DoesNotContain("very-secret", broker.Errors);
    }

    private static string UrlOf(BrokerProcess broker) => $"{broker.Url.TrimEnd('/')}/acme/payments-0.git";

    private static async Task<WebApplication> TeamsAsync(TaskCompletionSource<string> card)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var teams = builder.Build();
        teams.Urls.Add("http://127.0.0.1:0");
        teams.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            card.TrySetResult(await reader.ReadToEndAsync());
            return Results.Accepted();
        });
        await teams.StartAsync();
        return teams;
    }

    private async Task<SandboxWorld> SandboxAsync(TempDirectory directory)
    {
        var sandbox = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = directory["sandbox"] }, TestContext.CancellationToken);
        var path = directory["payments-0.git"];
        await MadeRepository.CreateAsync(path, bytes: 1, TestContext.CancellationToken);
        sandbox.GitHub.AddRepository(SandboxRepository.At("acme", "payments-0", path));
        return sandbox;
    }

    private async Task<string> ClonedAsync(GitClient git, string token, BrokerProcess broker, TempDirectory directory)
    {
        var clone = directory["clone"];
        var cloned = await git.RunAsync(directory.Path, token, TestContext.CancellationToken, "clone", "--quiet", UrlOf(broker), clone);
        Assert.IsTrue(cloned.Succeeded, cloned.Error);
        var committed = await git.RunAsync(clone, null, TestContext.CancellationToken, "commit", "--quiet", "--allow-empty", "--message", "Wait for me");
        Assert.IsTrue(committed.Succeeded, committed.Error);
        return clone;
    }
}
