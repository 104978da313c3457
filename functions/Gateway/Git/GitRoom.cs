using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Git.Pushing;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Git;

/// <summary>Git over HTTP.</summary>
internal sealed class GitRoom(ShownTips tips, HeadBudget budget, PushServices pushes, OpaqueInspector inspector, GitRoomOptions options) : IProtocolRoom
{
    public async ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!GitRoute.Parse(context.Request).Succeeded(out var route, out var refusal))
        {
            return refusal;
        }

        if (GitProtocolHeader.AsksForVersion2(context.Request) is not { } isV2)
        {
            return GitProtocolHeader.Unreadable;
        }

        if (route.IsAdvertisement)
        {
            return new AdvertisementRequest(route, isV2, tips);
        }

        if (!GitBody.Open(context, route.Service, options, budget).Succeeded(out var body, out refusal))
        {
            return refusal;
        }

        try
        {
            return route.Service == GitService.ReceivePack
                ? await ReadPushAsync(route, body, cancellationToken)
                : await ReadFetchAsync(route, body, isV2, cancellationToken);
        }
        catch (BadHttpRequestException cut)
        {
            // The server's own judgement of the body: over its limit, or ended before its length or last chunk.
            return cut.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Refuse(GitFailureKind.TooLarge, "the body is too large")
                : Refuse(GitFailureKind.Truncated, "the body is cut off");
        }
        catch (HeadBudgetException)
        {
            return Refusals.Unavailable(
                Stage.Classify, "Too many large requests at once; try again.", "the budget for request heads is used up", TimeSpan.FromSeconds(5));
        }
        catch (InvalidDataException)
        {
            return Refuse(GitFailureKind.Malformed, "the body is not gzip, or inflates to too much");
        }
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        GitRefusal.WriteAsync(context, request, refusal, options, cancellationToken);

    private async ValueTask<Outcome<ProtocolRequest>> ReadPushAsync(GitRoute route, GitBody body, CancellationToken cancellationToken)
    {
        var (request, _, failure) = await ReceivePackReader.ReadAsync(body.Content, options.ReceivePack, cancellationToken);
        body.Share.Close();
        return request switch
        {
            null => Refuse(failure!.Kind, failure.Message),
            { IsProbe: true } => new ProbeRequest(route),
            _ => new PushRequest(route, request, body, pushes),
        };
    }

    private async ValueTask<Outcome<ProtocolRequest>> ReadFetchAsync(GitRoute route, GitBody body, bool isV2, CancellationToken cancellationToken)
    {
        var result = await UploadPackReader.ReadAsync(body.Content, isV2, options.UploadPack, cancellationToken);
        return result.Value switch
        {
            LsRefsRequest list => new ListRefsRequest(route, list, tips),
            FetchRequest fetch => new ObjectsRequest(route, fetch, tips, inspector),
            UploadPackProbe => new ProbeRequest(route),
            _ => Refuse(result.Failure!.Kind, result.Failure.Message),
        };
    }

    private static Refusal Refuse(GitFailureKind kind, string message)
    {
        var refusal = kind switch
        {
            GitFailureKind.TooLarge => RefusalKind.TooLarge,
            GitFailureKind.Unsupported => RefusalKind.NotSupported,
            GitFailureKind.NotAllowed => RefusalKind.Denied,
            _ => RefusalKind.Malformed,
        };
        return new(Stage.Classify, refusal, new CallerText($"git request refused: {message}."), $"{kind}: {message}");
    }
}
