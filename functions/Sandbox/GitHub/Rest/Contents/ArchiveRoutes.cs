using CursorBroker.Sandbox.GitHub.Downloads;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Contents;

/// <summary>A whole tree as one file: a redirect to a signed address, where the archive is.</summary>
internal sealed class ArchiveRoutes(GitReader git, GitRunner runner, DownloadTickets tickets) : IRestGroup
{
    public void Add(RestTable table)
    {
        foreach (var (kind, format, type) in new[] { ("tarball", "tar.gz", "application/x-gzip"), ("zipball", "zip", "application/zip") })
        {
            table.Get(kind, "contents=read", call => RedirectAsync(call, RepositoryJson.DefaultBranch(call.Repository), format, type));
            table.Get(kind + "/{ref*}", "contents=read", call => RedirectAsync(call, call["ref"], format, type));
        }
    }

    private async Task<RestAnswer> RedirectAsync(RestCall call, string reference, string format, string type)
    {
        if (await git.CommitAsync(call.Repository, reference, call.Cancelled).ConfigureAwait(false) is not { } commit)
        {
            return RestAnswer.NotFound;
        }

        var name = $"{call.Repository.Owner}-{call.Repository.Name}-{commit[..7]}";
        var repository = call.Repository;
        return new RestAnswer.Redirect(tickets.Sign($"{repository.FullName}/legacy.{format}/{Links.Path(reference)}", new Download(
            $"{name}.{format}",
            type,
            async cancelled => (await runner.MustAsync(repository, ["archive", "--format=" + format, $"--prefix={name}/", commit], default, null, cancelled).ConfigureAwait(false)).Bytes)));
    }
}
