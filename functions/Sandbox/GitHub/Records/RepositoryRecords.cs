using System.Collections.Immutable;
using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Records;

/// <summary>
/// What GitHub knows of one repository besides git, in memory. Every record is immutable; a change replaces it, whole, under a lock.
/// </summary>
internal sealed class RepositoryRecords(long repository, TimeProvider time)
{
    private readonly Lock _changing = new();
    private int _lastNumber;
    private int _lastId;

    public ImmutableSortedDictionary<int, IssueRecord> Issues { get; private set; } = ImmutableSortedDictionary<int, IssueRecord>.Empty;

    public ImmutableArray<LabelRecord> Labels { get; private set; } = [];

    public ImmutableSortedDictionary<int, MilestoneRecord> Milestones { get; private set; } = ImmutableSortedDictionary<int, MilestoneRecord>.Empty;

    public ImmutableArray<ReleaseRecord> Releases { get; private set; } = [];

    public ImmutableArray<StatusRecord> Statuses { get; private set; } = [];

    public ImmutableArray<CheckRecord> Checks { get; private set; } = [];

    public ImmutableSortedDictionary<string, SecretRecord> Secrets { get; private set; } = ImmutableSortedDictionary.Create<string, SecretRecord>(StringComparer.OrdinalIgnoreCase);

    public RepositorySettings Settings { get; private set; } = new(null, null, IsArchived: false, HasIssues: true, HasWiki: false, HasProjects: false, []);

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>A numeric id that no other record has, the same on every start for the same history of calls.</summary>
    public long NextId(string kind) => StableId.Of(string.Create(CultureInfo.InvariantCulture, $"{repository}/{kind}/{Interlocked.Increment(ref _lastId)}"));

    /// <summary>Numbers begin here: older ones are told of in the history only.</summary>
    public void NumberFrom(int first) => _lastNumber = first - 1;

    public IssueRecord? Issue(long number) => number <= int.MaxValue && Issues.TryGetValue((int)number, out var issue) ? issue : null;

    public IssueRecord? Pull(long number) => Issue(number) is { Pull: not null } pull ? pull : null;

    public LabelRecord? Label(string name) => Labels.FirstOrDefault(label => string.Equals(label.Name, name, StringComparison.OrdinalIgnoreCase));

    public ReleaseRecord? Release(long id) => Releases.FirstOrDefault(release => release.Id == id);

    public IssueRecord AddIssue(Func<int, IssueRecord> make) => Locked(() =>
    {
        var issue = make(++_lastNumber);
        Issues = Issues.SetItem(issue.Number, issue);
        return issue;
    });

    /// <summary>Replaces an issue by what a function makes of it as it is now.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that number; issues never go away.</exception>
    public IssueRecord ChangeIssue(int number, Func<IssueRecord, IssueRecord> change) => Locked(() =>
    {
        var changed = change(Issues[number]);
        Issues = Issues.SetItem(number, changed);
        return changed;
    });

    /// <summary>The same, with the time it is now.</summary>
    public IssueRecord ChangeIssue(int number, Func<IssueRecord, DateTimeOffset, IssueRecord> change) => ChangeIssue(number, old => change(old, Now));

    public LabelRecord AddLabel(string name, string color, string? description, bool isDefault = false) => Locked(() =>
    {
        var label = new LabelRecord(NextId("label"), name, color, description, isDefault);
        Labels = Labels.Add(label);
        return label;
    });

    /// <summary>Replaces a label, on issues too; with null, takes it away.</summary>
    public void ReplaceLabel(LabelRecord old, LabelRecord? label) => Locked(() =>
    {
        Labels = label is null ? Labels.Remove(old) : Labels.Replace(old, label);
        foreach (var issue in Issues.Values.Where(issue => issue.Labels.Contains(old.Name)))
        {
            Issues = Issues.SetItem(issue.Number, issue with { Labels = label is null ? issue.Labels.Remove(old.Name) : issue.Labels.Replace(old.Name, label.Name) });
        }

        return true;
    });

    public MilestoneRecord AddMilestone(Func<int, MilestoneRecord> make) => Locked(() =>
    {
        var milestone = make(Milestones.Count == 0 ? 1 : Milestones.Keys.Max() + 1);
        Milestones = Milestones.SetItem(milestone.Number, milestone);
        return milestone;
    });

    /// <summary>Puts a release in the place of the one with its id, or adds it.</summary>
    public ReleaseRecord PutRelease(ReleaseRecord release) => Locked(() =>
    {
        Releases = Releases.RemoveAll(one => one.Id == release.Id).Add(release);
        return release;
    });

    public void RemoveRelease(long id) => Locked(() => Releases = Releases.RemoveAll(one => one.Id == id));

    public StatusRecord AddStatus(StatusRecord status) => Locked(() =>
    {
        Statuses = Statuses.Add(status);
        return status;
    });

    /// <summary>Puts a check run in the place of the one with its id, or adds it.</summary>
    public CheckRecord PutCheck(CheckRecord check) => Locked(() =>
    {
        Checks = Checks.RemoveAll(one => one.Id == check.Id).Add(check);
        return check;
    });

    /// <summary>Sets a secret. True when it was not there before.</summary>
    public bool PutSecret(string name, string sealedValue, string keyId) => Locked(() =>
    {
        var known = Secrets.GetValueOrDefault(name);
        Secrets = Secrets.SetItem(name, new SecretRecord(name.ToUpperInvariant(), sealedValue, keyId, known?.CreatedAt ?? Now, Now));
        return known is null;
    });

    public bool RemoveSecret(string name) => Locked(() =>
    {
        var there = Secrets.ContainsKey(name);
        Secrets = Secrets.Remove(name);
        return there;
    });

    public void Set(RepositorySettings settings) => Locked(() => Settings = settings);

    private T Locked<T>(Func<T> change)
    {
        lock (_changing)
        {
            return change();
        }
    }
}
