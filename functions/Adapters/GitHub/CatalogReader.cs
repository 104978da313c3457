using System.Collections.Immutable;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Asks GitHub for every repository of the App, once: installation by installation, each with a token of its own that is revoked as soon as it was used.</summary>
internal sealed class CatalogReader(AppConnection app, GitHubConnection github, RateLimitGate gate, TimeProvider time)
{
    private const string Step = "listing the App's repositories";
    private const int PerPage = 100;
    private const int MaxPages = 100;
    private const int RevocationAttempts = 3;

    private static readonly PermissionSet Metadata = PermissionSet.Of("metadata", Access.Read);

    public async Task<CatalogOutcome> ReadAsync()
    {
        var installations = new List<long>();
        if (await ReadPagesAsync(RateLimitGate.App, "app/installations", path => app.GetPageAsync(path, CancellationToken.None), Add) is { } failure)
        {
            return Failed(failure);
        }

        var repositories = ImmutableArray.CreateBuilder<CatalogRepository>();
        foreach (var installation in installations)
        {
            if (await ReadInstallationAsync(installation, repositories) is { } why)
            {
                return Failed(why);
            }
        }

        // A list whose pages shift while it is read may name one twice.
        return new CatalogOutcome.Listed([.. repositories.DistinctBy(static repository => repository.Identity.Id).OrderBy(static repository => repository.Identity.Name.ToString(), StringComparer.OrdinalIgnoreCase)]);

        int? Add(GitHubAnswer answer)
        {
            if (CatalogPage.Installations(answer.Json) is not { } page)
            {
                return null;
            }

            installations.AddRange(page.Ids);
            return page.Count;
        }
    }

    private static CatalogOutcome.Failed Failed(MintOutcome.Failed failure) => new(failure.Failure, failure.Detail, failure.RetryAfter);

    private static MintOutcome.Failed Unreadable(string what) => new(MintFailure.Unavailable, $"{Step}: {what}");

    private async Task<MintOutcome.Failed?> ReadInstallationAsync(long installation, ImmutableArray<CatalogRepository>.Builder repositories)
    {
        if (gate.Check(installation) is { } limited)
        {
            return limited;
        }

        var answer = await app.PostAsync($"app/installations/{installation}/access_tokens", CatalogMintBody.Instance, GitHubExchange.MaxAnswerBytes, CancellationToken.None);
        if (answer.Status == 404)
        {
            // Uninstalled since it was listed.
            return null;
        }

        if (!answer.IsSuccess || MintAnswer.TokenOf(answer.Json) is not { } token)
        {
            return gate.Note(installation, UpstreamRefusal.Of(answer, Step, time.GetUtcNow()));
        }

        try
        {
            return MintAnswer.ReadPermissions(answer.Json) is { } given && given.Equals(Metadata)
                ? await ReadPagesAsync(installation, "installation/repositories", path => github.GetPageAsync(path, token, CancellationToken.None), Add)
                : Unreadable("GitHub's token can do something else than read metadata");
        }
        finally
        {
            await RevokeAsync(token);
        }

        int? Add(GitHubAnswer page)
        {
            if (CatalogPage.Repositories(page.Json) is not { } read)
            {
                return null;
            }

            repositories.AddRange(read.Repositories);
            return read.Count;
        }
    }

    /// <param name="installation">Whose limits count.</param>
    /// <param name="path">The list.</param>
    /// <param name="get">Gets a page.</param>
    /// <param name="add">Takes what is on a page; says how many that were, or null when it cannot be read.</param>
    /// <returns>Null when all was read.</returns>
    private async Task<MintOutcome.Failed?> ReadPagesAsync(long installation, string path, Func<string, Task<GitHubAnswer>> get, Func<GitHubAnswer, int?> add)
    {
        for (var page = 1; page <= MaxPages; page++)
        {
            if (gate.Check(installation) is { } limited)
            {
                return limited;
            }

            var answer = await get($"{path}?per_page={PerPage}&page={page}");
            if (answer is not { IsSuccess: true, Problem: null })
            {
                return gate.Note(installation, UpstreamRefusal.Of(answer, Step, time.GetUtcNow()));
            }

            switch (add(answer))
            {
                case null:
                    return Unreadable($"a page cannot be read{answer.RequestId}");
                case < PerPage:
                    return null;
            }
        }

        return Unreadable($"there are more than {MaxPages * PerPage}");
    }

    // What cannot be revoked ends by itself within the hour; it reads names, and nobody but this method ever had it.
    private async Task RevokeAsync(string token)
    {
        for (var attempt = 0; attempt < RevocationAttempts; attempt++)
        {
            if ((await github.DeleteAsync("installation/token", token, CancellationToken.None)).Status is 204 or 401)
            {
                return;
            }
        }
    }
}
