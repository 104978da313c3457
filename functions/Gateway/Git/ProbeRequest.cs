using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Git;

/// <summary>
/// A POST of the exact four bytes <c>0000</c>: before a request larger than <c>http.postBuffer</c> git tries so whether it is let in.
/// The broker answers it; there is nothing to ask the upstream.
/// </summary>
internal sealed class ProbeRequest(GitRoute route) : GitRequest(route)
{
    public override IReadOnlyList<Operation> Operations { get; } = [route.Service == GitService.ReceivePack
        ? Operation.PreparePush(route.Repository)
        : Operation.GitRead(route.Repository)];

    public override bool NeedsUpstream => false;

    public override ValueTask AnswerAsync(Answering answering, CancellationToken cancellationToken) =>
        GitAnswer.WriteAsync(answering.Context, StatusCodes.Status200OK, $"application/x-{GitServices.NameOf(Route.Service)}-result", default, cancellationToken);
}
