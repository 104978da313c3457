using System.Text;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.Masking;

/// <summary>Masks what one request is answered with, body and headers, and knows what it found.</summary>
/// <param name="rules">What counts as a secret.</param>
/// <param name="key">The session's key.</param>
/// <param name="known">What is one whatever the rules say.</param>
/// <param name="mayBeOpaque">Whether the request was decided as one whose answer may be Opaque.</param>
/// <param name="reveals">Whether the policy lets secrets pass here; what is known is masked all the same.</param>
/// <param name="canBlock">Whether some rule may end the answer.</param>
internal sealed class AnswerMasking(MaskRules rules, MaskKey key, KnownSecrets known, bool mayBeOpaque, bool reveals, bool canBlock)
{
    /// <summary>As much as waits, where a rule may block, to be refused in words instead of being cut off.</summary>
    private const int RefusableBytes = 64 * 1024;

    private static readonly MaskRules NoRules = MaskRules.Compile("version: 1\nrules: []").Rules ?? throw new InvalidOperationException("No rules at all do not compile.");

    private MaskReport _report = new();

    /// <summary>Whether the request was decided as one whose answer may be Opaque.</summary>
    public bool MayBeOpaque => mayBeOpaque;

    /// <summary>The session's key.</summary>
    public MaskKey Key => key;

    /// <summary>What counts as a secret.</summary>
    public MaskRules Rules => rules;

    /// <summary>Whether the policy lets secrets pass.</summary>
    public bool Reveals => reveals;

    /// <summary>How many bytes are gathered before the first one is let out; 0 where nothing can block.</summary>
    public int HeldAtFirst => canBlock && !reveals ? RefusableBytes : 0;

    /// <summary>What was found so far, for the audit; null when nothing was.</summary>
    public AnswerMasked? Found => _report.ToEvent();

    /// <summary>Forgets what was found in an answer that is asked for once more.</summary>
    public void Restart() => _report = new();

    /// <summary>Begins with one text.</summary>
    public StreamMasker Begin(TextForm form) => new(reveals ? NoRules : rules, key, known, form);

    /// <summary>Takes what a masker found since the last time.</summary>
    /// <returns>How many it found up to now.</returns>
    public int Note(StreamMasker masker, int noted, string place)
    {
        if (masker.Findings.Count > noted || masker.BlockedBy is not null)
        {
            _report.Add(masker.Findings, noted, place, masker.BlockedBy);
        }

        return masker.Findings.Count;
    }

    /// <summary>
    /// Masks the values of a response's headers, all at once. Of those, a value that is masked is not what it was: a link or an address with a mask leads nowhere, and so it should.
    /// </summary>
    /// <exception cref="AnswerRefusedException">A rule blocks.</exception>
    public void MaskHeaders(IHeaderDictionary headers)
    {
        var names = headers.Keys.ToList();
        var lines = Mask(string.Join('\n', names.Select(name => headers[name].ToString())), TextForm.Text, "header").Split('\n');
        if (lines.Length != names.Count)
        {
            throw new InvalidOperationException("A header's value has a line's end.");
        }

        for (var i = 0; i < names.Count; i++)
        {
            if (!string.Equals(lines[i], headers[names[i]].ToString(), StringComparison.Ordinal))
            {
                headers[names[i]] = new StringValues(lines[i]);
            }
        }
    }

    /// <summary>A body of the broker's own, of the same length.</summary>
    /// <exception cref="AnswerRefusedException">A rule blocks.</exception>
    public ReadOnlyMemory<byte> MaskBody(ReadOnlyMemory<byte> body, TextForm form) => Mask(body.Span, form, "body");

    /// <summary>A refusal without the secrets in its texts, some of which are the upstream's, or name what is there.</summary>
    public Refusal MaskTexts(Refusal refusal)
    {
        try
        {
            return refusal with
            {
                Message = new CallerText(MaskAround(refusal.Message.Value, refusal.Approval)),
                Detail = MaskAround(refusal.Detail, refusal.Approval),
                Operations = [.. refusal.Operations.Select(each => each with { Reason = new CallerText(Mask(each.Reason.Value, TextForm.Text, "body")) })],
            };
        }
        catch (AnswerRefusedException)
        {
            return refusal with { Message = new CallerText(refusal.Approval is { } approval ? $"This is refused, and the reason holds what is kept back: {approval.Link}" : "This is refused, and the reason holds what is kept back."), Detail = "not recorded: it holds what a rule of masking blocks", Operations = [] };
        }
    }

    /// <summary>The refusal that a rule with the action block amounts to. It names the rule, never the value.</summary>
    public static Refusal Blocked(string rule) => new(
        Stage.Forward, RefusalKind.Denied, new CallerText($"policy: the answer holds a secret that the rule of masking '{rule}' keeps back, so nothing of it is handed out"), $"blocked by masking rule {rule}")
    {
        Rule = rule,
    };

    /// <summary>The refusal that a failure of the masker's amounts to.</summary>
    public static Refusal Failed(Exception failure) => new(
        Stage.Forward, RefusalKind.Internal, new CallerText("The answer could not be searched for secrets, so it is kept back."), $"masking failed: {failure.GetType().Name}: {failure.Message}");

    /// <summary>What people said of an approval is masked; its id and its link are the broker's own, and must lead there.</summary>
    private string MaskAround(string text, RefusedApproval? approval)
    {
        foreach (var own in approval is null ? [] : (string[])[approval.Link.ToString(), approval.Link.AbsoluteUri, approval.Id.Value])
        {
            if (text.IndexOf(own, StringComparison.Ordinal) is >= 0 and var at)
            {
                return MaskAround(text[..at], approval) + own + MaskAround(text[(at + own.Length)..], approval);
            }
        }

        return text.Length == 0 ? "" : Mask(text, TextForm.Text, "body");
    }

    private string Mask(string text, TextForm form, string place) => Encoding.UTF8.GetString(Mask(Encoding.UTF8.GetBytes(text), form, place).Span);

    private ReadOnlyMemory<byte> Mask(ReadOnlySpan<byte> text, TextForm form, string place)
    {
        using var masker = Begin(form);
        var output = new System.Buffers.ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        try
        {
            masker.Push(text, end: true, output);
        }
        catch (Exception failure)
        {
            throw new AnswerRefusedException(Failed(failure));
        }

        Note(masker, 0, place);
        return masker.BlockedBy is { } rule ? throw new AnswerRefusedException(Blocked(rule)) : output.WrittenMemory;
    }
}
