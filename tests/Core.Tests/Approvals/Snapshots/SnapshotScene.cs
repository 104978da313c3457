using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Approvals.Snapshots;

/// <summary>A push made by hand: its pack, what the upstream has, and the change set.</summary>
internal sealed class SnapshotScene
{
    public const int File = 0x81A4; // 0o100644
    public const int Executable = 0x81ED; // 0o100755
    public const int Link = 0xA000; // 0o120000
    public const int Submodule = 0xE000; // 0o160000

    private static readonly GitOid Zero = GitOid.Parse(new string('0', 40));

    public MemoryObjects Pack { get; } = new();

    public FakeUpstream Upstream { get; } = new();

    public ITextMasker Masker { get; set; } = new MarkerMasker();

    public SnapshotLimits Limits { get; set; } = new();

    public static GitOid Oid(int number) => GitOid.Parse(number.ToString("x40", CultureInfo.InvariantCulture));

    public static CommitFacts Commit(int number, string message = "change") =>
        new(Oid(number), new CommitPerson("Dev", "dev@acme.example", null), new CommitPerson("Dev", "dev@acme.example", null), false, message);

    public static ChangeSet Change(params ChangedPath[] files) => Update("refs/heads/main", Oid(1), Oid(2), files);

    public static ChangeSet Update(string reference, GitOid? old, GitOid? now, params ChangedPath[] files) => new()
    {
        Update = new RefUpdate(RefName.Parse(reference), old ?? Zero, now ?? Zero),
        Commits = [],
        Paths = [.. files.Select(static file => file.Path)],
        TipToTip = [.. files],
        Forced = false,
    };

    /// <summary>A changed file; the old content is the upstream's, the new one the pack's.</summary>
    public ChangedPath Changed(string path, string? old, string? now) =>
        Changed(path, old is null ? null : Encoding.UTF8.GetBytes(old), now is null ? null : Encoding.UTF8.GetBytes(now));

    public ChangedPath Changed(string path, byte[]? old, byte[]? now, int oldMode = File, int newMode = File) => new(
        path, old is null ? null : new(oldMode, Upstream.Objects.Add(old)), now is null ? null : new(newMode, Pack.Add(now)));

    public async Task<ApprovalSnapshot> BuildAsync(params ChangeSet[] changes)
    {
        var built = await TryBuildAsync(changes);
        Assert.IsTrue(built.Succeeded, built.Failure?.Message);
        return built.Value;
    }

    public async Task<GitResult<ApprovalSnapshot>> TryBuildAsync(params ChangeSet[] changes) =>
        await new SnapshotBuilder(Masker, Limits).BuildAsync(changes, Pack, Upstream, CancellationToken.None);

    /// <summary>The one file of a snapshot of this one change.</summary>
    public async Task<SnapshotFile> ShowAsync(ChangedPath change) => (await BuildAsync(Change(change))).Updates.Single().Files.Single();

    public Task<SnapshotFile> ShowAsync(string? old, string? now) => ShowAsync(Changed("a.txt", old, now));

    /// <summary>Hunks as a unified diff, for tables.</summary>
    public static string Diff(SnapshotFile file) => string.Join('\n', file.Hunks.Select(static hunk =>
        $"@{hunk.OldStart},{hunk.NewStart}\n{string.Join('\n', hunk.Lines.Select(static line => line.Kind + line.Text + (line.Cut ? "…" : "")))}"));
}

/// <summary>Blobs in memory, under ids made from their content.</summary>
internal sealed class MemoryObjects : IObjectSource
{
    private readonly Dictionary<GitOid, GitObject> _objects = [];

    public List<GitOid> Read { get; } = [];

    public HashSet<GitOid> TooLarge { get; } = [];

    public int Count => _objects.Count;

    public GitOid Add(byte[] content, GitObjectType type = GitObjectType.Blob)
    {
        var id = GitOid.Parse(Convert.ToHexStringLower(SHA256.HashData(content)));
        _objects[id] = new(id, type, content);
        return id;
    }

    public GitObjectType? TypeOf(GitOid id) => _objects.TryGetValue(id, out var found) ? found.Type : null;

    GitResult<GitObject> IObjectSource.Read(GitOid id)
    {
        Read.Add(id);
        return TooLarge.Contains(id) ? new GitFailure(GitFailureKind.TooLarge, "too large")
            : _objects.TryGetValue(id, out var found) ? found
            : new GitFailure(GitFailureKind.Malformed, $"{id} is not here");
    }
}

/// <summary>Gives whole batches of objects by id, and nothing else.</summary>
internal sealed class FakeUpstream : IUpstreamObjects
{
    public MemoryObjects Objects { get; } = new();

    public GitFailure? Failure { get; set; }

    public List<IReadOnlyCollection<GitOid>> Fetches { get; } = [];

    public ValueTask<GitResult<IObjectSource>> FetchHistoryAsync(IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A snapshot needs no history.");

    public ValueTask<GitResult<IObjectSource>> FetchObjectsAsync(IReadOnlyCollection<GitOid> ids, CancellationToken cancellationToken)
    {
        Fetches.Add(ids);
        return ValueTask.FromResult(Failure is { } failure ? failure : GitResult.Success<IObjectSource>(Objects));
    }
}

/// <summary>Masks the word <c>hunter</c> and one digit to seven stars, also where a line end is in it, and cannot vouch for <c>unsure</c>.</summary>
internal sealed class MarkerMasker : ITextMasker
{
    public bool CanVouch => true;

    public string? Mask(string text) => text.Contains("unsure", StringComparison.Ordinal)
        ? null
        : System.Text.RegularExpressions.Regex.Replace(text, "hunter[0-9]|hun\nter[0-9]", static match => match.Value.Contains('\n', StringComparison.Ordinal) ? "***\n****" : "*******");
}
