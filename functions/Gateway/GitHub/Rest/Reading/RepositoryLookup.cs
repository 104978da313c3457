using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>Questions about one repository on behalf of a call that is being looked into. Each is asked once.</summary>
internal sealed class RepositoryLookup(IUpstreamReader upstream, Preview preview, RepositoryName asked)
{
    private const int MaxAnswer = 4 * 1024 * 1024;

    private RefName? _defaultBranch;

    public Preview Preview => preview;

    /// <summary>The repository, as asked.</summary>
    public RepositoryName Asked => asked;

    /// <summary>The default branch.</summary>
    public async ValueTask<Outcome<RefName>> DefaultBranchAsync(CancellationToken cancellationToken)
    {
        if (_defaultBranch is not null)
        {
            return _defaultBranch;
        }

        if (!(await AskAsync("", cancellationToken)).Succeeded(out var repository, out var refusal))
        {
            return refusal;
        }

        if (repository.Found.Child("default_branch").Text() is not { } branch || !RefName.TryParse($"refs/heads/{branch}", out var name))
        {
            return Unreadable("the repository has no default branch");
        }

        return _defaultBranch = name;
    }

    /// <summary>Asks for something below the repository.</summary>
    /// <param name="path">The encoded path below the repository, with a slash before it; empty for the repository itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<Outcome<LookedUp>> AskAsync(string path, CancellationToken cancellationToken)
    {
        var name = upstream.Repository.Name;
        var answer = await upstream.AskAsync($"repos/{name.Owner}/{name.Name}{path}", MaxAnswer, cancellationToken);
        if (!answer.Succeeded(out var reply, out var refusal))
        {
            return refusal;
        }

        if (reply.Status != 200)
        {
            return LookedUp.Nothing;
        }

        try
        {
            return new LookedUp(JsonElement.Parse(reply.Body.Span)) { HasMore = reply.Link?.Contains("rel=\"next\"", StringComparison.Ordinal) == true };
        }
        catch (JsonException failure)
        {
            return Unreadable(failure.Message);
        }
    }

    /// <summary>A value as a path's segments, each encoded.</summary>
    public static string Encode(string value) => string.Join('/', value.Split('/').Select(Uri.EscapeDataString));

    /// <summary>What GitHub said makes no sense, so nothing can be told from it.</summary>
    public Refusal Unreadable(string detail) => new(
        Stage.Examine, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer to a question of the broker's own cannot be read."), $"{asked}: {detail}");
}

/// <summary>What a question found.</summary>
/// <param name="Found">The answer; null when there is no such thing.</param>
internal sealed record LookedUp(JsonElement? Found)
{
    public static LookedUp Nothing { get; } = new((JsonElement?)null);

    /// <summary>True when this is not all of it: there are further pages.</summary>
    public bool HasMore { get; init; }
}
