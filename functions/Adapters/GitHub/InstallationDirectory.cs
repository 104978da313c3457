using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Which installation of the App a repository belongs to, remembered for a while.</summary>
internal sealed class InstallationDirectory(AppConnection app, RateLimitGate gate, TimeProvider time)
{
    /// <summary>How long a found installation is believed.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>How long "not installed" is believed: long enough against a stampede, short enough for who just installed the App.</summary>
    public static readonly TimeSpan KeptMissing = TimeSpan.FromSeconds(3);

    private const int Size = 4096;
    private const string Step = "looking up the installation";

    private readonly BoundedCache<RepositoryName, Installation> _known = new(Size, time);

    /// <summary>The installation, or why there is none.</summary>
    public async ValueTask<Installation> FindAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        if (_known.TryGet(repository, out var known))
        {
            return known;
        }

        if (gate.Check(RateLimitGate.App) is { } limited)
        {
            return new Installation(0, limited);
        }

        var answer = await app.GetAsync($"repos/{repository.Owner}/{repository.Name}/installation", cancellationToken);
        var found = Read(answer);
        if (found.Failure is null)
        {
            _known.Set(repository, found, Kept);
        }
        else if (found.Failure.Failure == MintFailure.NotInstalled)
        {
            _known.Set(repository, found, KeptMissing);
        }

        return found;
    }

    /// <summary>Forgets what was known of a repository that turned out otherwise.</summary>
    public void Forget(RepositoryName repository) => _known.Remove(repository);

    private Installation Read(GitHubAnswer answer)
    {
        if (answer is { IsSuccess: true, Problem: null }
            && answer.Json.TryGetProperty("id", out var id) && id.ValueKind == System.Text.Json.JsonValueKind.Number
            && id.TryGetInt64(out var number) && number > 0)
        {
            return new Installation(number, null);
        }

        // GitHub points from a repository's old name to its id.
        var failed = answer.Status is 301 or 302 or 307 or 308
            ? new MintOutcome.Failed(MintFailure.RenamedOrMoved, $"{Step}: the repository goes by another name now{answer.RequestId}")
            : UpstreamRefusal.Of(answer, Step, time.GetUtcNow());
        return new Installation(0, gate.Note(RateLimitGate.App, failed));
    }
}

/// <summary>An installation, or why there is none.</summary>
/// <param name="Id">GitHub's id of it; 0 when there is none.</param>
/// <param name="Failure">Why there is none; null when there is one.</param>
internal sealed record Installation(long Id, MintOutcome.Failed? Failure);
