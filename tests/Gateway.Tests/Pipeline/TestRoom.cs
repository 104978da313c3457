using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>The smallest protocol: every request makes the operations it was given, refusals are plain text.</summary>
internal sealed class TestRoom : IProtocolRoom
{
    public Func<Outcome<ProtocolRequest>> Classify { get; set; } = static () => new TestRequest([Operation.GitRead(RepositoryName.Parse("acme/payments-api"))]);

    public Refusal? Refused { get; private set; }

    public ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken) => ValueTask.FromResult(Classify());

    public async ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken)
    {
        Refused = refusal;
        context.Response.StatusCode = refusal.HttpStatus;
        await context.Response.WriteAsync($"{refusal.Message} {refusal.Reference}", cancellationToken);
    }
}

internal sealed class TestRequest(IReadOnlyList<Operation> operations) : ProtocolRequest
{
    public override IReadOnlyList<Operation> Operations => operations;

    public bool Opaque { get; init; }

    public AnswerInspection? Inspection { get; init; }

    public UpstreamFace Face { get; init; } = UpstreamFace.Git;

    public int Cost { get; init; }

    public override int Points => Cost;

    public bool Local { get; init; }

    public bool Asks { get; init; }

    public override bool AsksForCredential => Asks;

    public Stream? Body { get; init; }

    public BodyFilter? Filter { get; init; }

    public Refusal? Unverified { get; init; }

    /// <summary>What looking-up finds; null when the effect is known from the start.</summary>
    public Func<Preview, Outcome<IReadOnlyList<Operation>>>? Effect { get; init; }

    public override bool IsEffectPending => Effect is not null;

    public IApprovable? AskAbout { get; init; }

    public override IApprovable? Approvable => AskAbout;

    public override bool HasOpaqueBody => Opaque;

    public override bool NeedsUpstream => !Local;

    public override ValueTask<Outcome<IReadOnlyList<Operation>>> ExamineAsync(IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Effect!(preview));

    public override async ValueTask AnswerAsync(Answering answering, CancellationToken cancellationToken) =>
        await answering.Context.Response.WriteAsync("answered here", cancellationToken);

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) => ValueTask.FromResult(Unverified);

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) => new()
    {
        Face = Face,
        Method = Body is null ? HttpMethod.Get : HttpMethod.Post,
        PathAndQuery = $"{repository.Name}.git/info/refs?service=git-upload-pack",
        Headers = [KeyValuePair.Create("Accept", "application/x-test"), KeyValuePair.Create("Content-Type", "application/x-test-request")],
        Body = Body,
        Inspection = Inspection,
        Answer = new TypedAnswer("application/x-test", AnswerForm.Text, Filter),
        Results = static () => ["ok"],
    };
}
