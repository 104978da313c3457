using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp;

/// <summary>What went wrong with an inner call, in words that a model can act on.</summary>
internal static class Failures
{
    private const int LongestQuoted = 600;

    /// <summary>A refusal of the broker's, or an error of GitHub's.</summary>
    public static ToolAnswer Describe(ApiAnswer answer) => answer.Refusal is { } refusal ? Refused(refusal) : FromGitHub(answer);

    /// <summary>A tool that was called too often.</summary>
    public static ToolAnswer Limited(string tool, int perMinute, TimeSpan wait) => ToolAnswer.Error(string.Create(
        CultureInfo.InvariantCulture, $"{tool} was not run: it may be called {perMinute} times a minute. Call it again in {Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))} seconds, and ask for more at a time.")) with
    {
        IsLimited = true,
    };

    private static ToolAnswer Refused(Refusal refusal)
    {
        var text = new StringBuilder(refusal.Message.Value);
        text.Append(CultureInfo.InvariantCulture, $" [{refusal.Kind}, reference {refusal.Reference}]");
        foreach (var secret in refusal.Secrets.Take(20))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {secret.Place}, line {secret.Line}: {secret.Rule}");
        }

        if (Advice(refusal) is { } advice)
        {
            text.Append('\n').Append(advice);
        }

        return ToolAnswer.Error(text.ToString());
    }

    private static string? Advice(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.ApprovalPending when refusal.Approval is { } approval =>
            $"Nothing was done yet. A person has to approve it: tell your user to have {approval.Link} decided, call approval_wait with id {approval.Id}, and then call this tool again with the same arguments.",
        RefusalKind.Denied when refusal.Approval is { Status: ApprovalStatus.Denied } => "A person said no. Do not try to get around it; ask your user what to do.",
        RefusalKind.Denied => "The policy does not allow this. Do not try another way; explain_access says what it would take.",
        RefusalKind.NotFound when refusal.Message == Refusals.NotFound => "It does not exist, or the policy gives you nothing on it. whoami lists what you may use.",
        RefusalKind.WritesMask => "A masked value was about to be written in a secret's place. Leave the lines with masked values as they are in the repository.",
        RefusalKind.RateLimited or RefusalKind.Unavailable or RefusalKind.UpstreamFailed => refusal.RetryAfter is { } wait
            ? $"Try again in {Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture)} seconds."
            : "Try again in a little while.",
        RefusalKind.TooLarge => "Ask for less: fewer entries per page, a smaller part, one file at a time.",
        _ => null,
    };

    private static ToolAnswer FromGitHub(ApiAnswer answer)
    {
        var said = answer.GraphProblem ?? (answer.Json() is JsonObject json && json["message"] is JsonValue message && message.TryGetValue(out string? text) ? text : answer.Text);
        var quoted = said.Length > LongestQuoted ? said[..LongestQuoted] + "…" : said;
        var advice = answer.Status switch
        {
            404 => "It does not exist there, under that name; list what there is first.",
            409 or 422 => "The repository is in another state than this takes, or an argument does not fit; look at the present state first.",
            429 => "Wait a little, then try again.",
            >= 500 => "Try again in a little while.",
            _ => "",
        };
        return ToolAnswer.Error($"GitHub answered {answer.Status.ToString(CultureInfo.InvariantCulture)}: {quoted} [reference {answer.Reference}]\n{advice}".TrimEnd());
    }
}
