using System.Collections.Immutable;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads a rule's <c>approve</c>.</summary>
internal sealed class ApproveReader(Problems problems, IReadOnlyCollection<string> notifyTargets)
{
    private const int MostApprovers = 10;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(168);
    private static readonly TimeSpan LongestUse = TimeSpan.FromHours(24);

    /// <summary>Every target that some entry names, to tell which ones nobody uses.</summary>
    public HashSet<string> TargetsUsed { get; } = new(StringComparer.Ordinal);

    public ImmutableArray<ApproveEntry> Read(YamlValue? value, string path) =>
    [
        .. (Values.List(value, path, problems)?.Items ?? [])
            .Select((item, i) => ReadOne(item, Paths.Item(path, i))).OfType<ApproveEntry>(),
    ];

    private ApproveEntry? ReadOne(YamlValue item, string path)
    {
        if (Section.Open(item, path, problems, PolicyKeys.Approve) is not { } section)
        {
            return null;
        }

        var when = Section.Open(section.Require("when", "what waits for approval"), section.At("when"), problems, PolicyKeys.When);
        var by = Section.Open(section.Require("by", "who may approve"), section.At("by"), problems, PolicyKeys.By);
        CheckWhen(when);
        var entry = new ApproveEntry
        {
            Push = PushMatcherReader.Read(when?.Find("push"), when?.At("push") ?? "", problems),
            Paths = Globs.Paths(when?.Find("paths"), when?.At("paths") ?? "", problems),
            Api = ApiMatcherReader.Read(when?.Find("api"), when?.At("api") ?? "", problems),
            Secrets = SecretsReader.Demands(when?.Find("secrets"), when?.At("secrets") ?? "", problems),
            ApproverGroups = Groups(by),
            Quorum = Values.Number(by?.Find("quorum"), by?.At("quorum") ?? "", problems, 1, MostApprovers) ?? 1,
            Notify = Targets(section),
            Expires = Durations.Read(section.Find("expires"), section.At("expires"), problems, LongestWait) ?? ApproveEntry.DefaultExpires,
            Valid = Durations.Read(section.Find("valid"), section.At("valid"), problems, LongestUse) ?? ApproveEntry.DefaultValid,
        };
        if (when is not null && entry is { Push.Delete: true, Paths: not null })
        {
            problems.Warn(when.Map, when.Path, "This can never match: a delete changes no path.");
        }

        return entry;
    }

    private void CheckWhen(Section? when)
    {
        if (when is null)
        {
            return;
        }

        if (!PolicyKeys.When.Any(when.Has))
        {
            problems.Error(when.Map, when.Path, "It never applies; at least one of push, paths, api and secrets must be there.");
        }

        if (when.Has("secrets") && (when.Has("push") || when.Has("paths")))
        {
            problems.Error(when.Map, when.Path, "The keys of one entry must all hold, and nothing is both a push and about a secret; write two entries.");
        }

        if (when.Has("api") && (when.Has("push") || when.Has("paths") || when.Has("secrets")))
        {
            problems.Error(
                when.Map, when.Path, "The keys of one entry must all hold, and a call and the push that comes of it are decided apart; write two entries, one with api and one with the rest.");
        }
    }

    private ImmutableArray<string> Groups(Section? by) => by is null
        ? []
        : [.. Values.Texts(by.Require("groups", "which groups may approve"), by.At("groups"), problems).Select(static text => text.Text)];

    private ImmutableArray<string> Targets(Section section)
    {
        var targets = Values.Texts(section.Find("notify"), section.At("notify"), problems);
        foreach (var target in targets)
        {
            TargetsUsed.Add(target.Text);
            if (!notifyTargets.Contains(target.Text))
            {
                problems.Error(target.Node, target.Path, $"There is no '{Shown.Short(target.Text)}' under notify.{DidYouMean.For(target.Text, notifyTargets)}");
            }
        }

        return [.. targets.Select(static target => target.Text)];
    }
}
