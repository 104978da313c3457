using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Inspecting;

/// <summary>One content on its way through the scanner: what of its findings keeps it from being handed out. Not for concurrent use.</summary>
internal sealed class ContentScan(SecretScanner scanner) : IDisposable
{
    // Findings are kept until the end, and a content that is nothing but findings must not fill the memory.
    private const int MostFindings = 5_000;

    private readonly SecretScan _scan = scanner.Begin();

    /// <summary>Takes a piece. False when there is no need to go on: more would be found than anybody wants to hear of.</summary>
    public bool Push(ReadOnlySpan<byte> piece, bool end)
    {
        _scan.Push(piece, end);
        return _scan.Findings.Count <= MostFindings;
    }

    /// <summary>
    /// The secrets; complete once the end was pushed. A mask of the broker's is none, as long as there are few of them; nor is what the rules want counted and no more.
    /// </summary>
    public IEnumerable<MaskFinding> Secrets
    {
        get
        {
            // What two rules know is one secret.
            var end = 0L;
            foreach (var finding in _scan.Findings.Where(Counts).OrderBy(static finding => finding.Offset))
            {
                if (finding.Offset >= end)
                {
                    end = finding.Offset + finding.Length;
                    yield return finding;
                }
            }
        }
    }

    private bool Counts(MaskFinding finding) =>
        _scan.Findings.Count > MostFindings || (finding.RuleId != SecretScanner.MarkRuleId && finding.Action != MaskAction.Audit);

    public void Dispose() => _scan.Dispose();
}
