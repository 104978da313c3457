using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>
/// A list of repositories: those of the App's that the caller may look at, as GitHub describes them, whichever way it is asked for. An owner of none of them is to the caller as
/// one that does not exist.
/// </summary>
internal sealed class RepositoryListRequest(RestInput input, ReadableRepositories repositories, UpstreamUrls urls, ApprovalLinks links) : OwnRequest(input)
{
    private const string Installation = "GET /installation/repositories";

    private readonly RestInput _input = input;
    private ImmutableArray<ListedRepository> _listed;

    public override async ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        var owner = Owner;
        if (ListChoice.Of(_input.Query, owner is not null, _input.Route.Id.StartsWith("GET /orgs/", StringComparison.Ordinal) ? "created" : "full_name", out var refusal) is not { } choice)
        {
            return refusal;
        }

        if (!(await repositories.ListAsync(caller, policy, cancellationToken)).Succeeded(out var readable, out refusal))
        {
            return refusal;
        }

        var all = readable.Where(repository => owner is null || string.Equals(repository.Identity.Name.Owner, owner, StringComparison.OrdinalIgnoreCase)).Select(ListedRepository.Of).ToList();
        _listed = [.. choice.Sort(all.Where(choice.Fits))];
        return owner is null || all.Count > 0 || string.Equals(owner, CallerAccount.Of(caller).Login, StringComparison.OrdinalIgnoreCase)
            ? null
            : Refusals.Unknown(Stage.Classify, "The caller may look at no repository of this owner.");
    }

    protected override (ReadOnlyMemory<byte> Body, string? Link) Answer()
    {
        var page = ListPage.Of(_input.Query);
        var body = new ArrayBufferWriter<byte>();
        var isWrapped = _input.Route.Id == Installation;
        Write(body, isWrapped ? string.Create(CultureInfo.InvariantCulture, $$"""{"total_count":{{_listed.Length}},"repository_selection":"selected","repositories":[""") : "[");
        var separator = "";
        foreach (var listed in page.Of(_listed))
        {
            Write(body, separator);
            var rewriter = new UrlRewriter(urls.For(listed.Repository.Identity));
            rewriter.Write(listed.Repository.Json.Span, body);
            rewriter.End(body);
            separator = ",";
        }

        Write(body, isWrapped ? "]}" : "]");
        return (body.WrittenMemory, page.Link(new Uri(links.Root, $"api/v3/{ApiPath.Write(_input.Route.Template, _input.Match.Parameters)}"), _input.Query, _listed.Length));
    }

    private string? Owner => _input.Match.Parameters.GetValueOrDefault("org") ?? _input.Match.Parameters.GetValueOrDefault("username");

    private static void Write(ArrayBufferWriter<byte> body, string text) => Encoding.UTF8.GetBytes(text, body);
}
