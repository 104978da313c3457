using System.Net;
using System.Text.RegularExpressions;
using CursorBroker.Core.Audit;
using CursorBroker.Local.Demo;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>Somebody who decides on the real pages, with a browser of their own.</summary>
internal sealed partial class Approver(string identity, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>The browser, for what no honest person does with it.</summary>
    public PageVisitor Browser { get; } = new();

    /// <summary>The link in the answer to a push that waits; it must have one.</summary>
    public static Uri LinkIn(GitResult push)
    {
        Assert.IsFalse(push.Succeeded, push.Everything);
        var pending = Pending().Match(push.LineWith("[remote rejected]"));
        Assert.IsTrue(pending.Success, push.Everything);
        return new Uri(pending.Groups["link"].Value);
    }

    /// <summary>The link of the approval that was opened last for a scene's repository, as soon as there is one that can be decided.</summary>
    public async Task<Uri> OpenedAsync(Scene scene)
    {
        ApprovalOpened? opened = null;
        await Eventually.TrueAsync(
            async () => (opened = await FindAsync()) is not null, "an approval is opened", cancellationToken);
        var link = new Uri($"{scene.World.Url}/approvals/{opened!.Approval}");
        await WaitsAsync(link);
        return link;

        async Task<ApprovalOpened?> FindAsync() =>
            (await scene.World.EventsAsync(cancellationToken)).OfType<ApprovalOpened>().LastOrDefault(each => each.Target == scene.Repository.FullName);
    }

    /// <summary>Until the page asks for a decision: the ledger has an approval a moment before it is there.</summary>
    public Task WaitsAsync(Uri link) =>
        Eventually.TrueAsync(async () => (await OpenAsync(link)).FormWith("name=\"verdict\"") is not null, "the approval can be decided", cancellationToken);

    public Task<VisitedPage> OpenAsync(Uri address) => Browser.OpenAsAsync(identity, address, cancellationToken);

    /// <summary>Approves; it must count.</summary>
    public Task ApproveAsync(Uri link, string reason = "") => MustDecideAsync(link, "approve", reason);

    /// <summary>Denies; it must count.</summary>
    public Task DenyAsync(Uri link, string reason) => MustDecideAsync(link, "deny", reason);

    /// <summary>Tries to decide. The page that comes of it; null when there is nothing to decide with.</summary>
    public Task<VisitedPage?> DecideAsync(Uri link, string verdict, string reason) => Browser.DecideAsync(identity, link, verdict, reason, cancellationToken);

    public void Dispose() => Browser.Dispose();

    private async Task MustDecideAsync(Uri link, string verdict, string reason)
    {
        var page = await DecideAsync(link, verdict, reason);
        Assert.IsNotNull(page, $"{identity} finds nothing to decide at {link}.");
        Assert.AreEqual((HttpStatusCode.OK, link.AbsolutePath), (page.Status, page.Address.AbsolutePath), page.Html);
        Assert.IsNull(page.FormWith("name=\"verdict\""), "The decision did not count.");
    }

    [GeneratedRegex(@"\(approval pending: (?<link>http://[^ ;]+/approvals/a-[^ ;]+); push again once approved\)")]
    private static partial Regex Pending();
}
