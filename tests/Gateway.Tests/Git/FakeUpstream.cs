using System.IO.Pipelines;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Git;

/// <summary>Answers the questions it was given answers for, in order, and fails the test at any other.</summary>
internal sealed class FakeUpstream(params string[][] answers) : IUpstreamReader
{
    private readonly Queue<string[]> _answers = new(answers);

    public List<UpstreamExchange> Asked { get; } = [];

    public Refusal? Refusal { get; init; }

    public RepositoryIdentity Repository { get; init; } = GitCall.Repository;

    public SessionId Session { get; init; } = new("s-1");

    public ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken) =>
        throw new AssertFailedException($"unexpected question: {pathAndQuery}");

    public async ValueTask<Outcome<T>> ReadAsync<T>(
        UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
        where T : class
    {
        Asked.Add(exchange);
        if (Refusal is not null)
        {
            return Refusal;
        }

        Assert.IsTrue(_answers.TryDequeue(out var answer), $"unexpected question: {exchange.PathAndQuery}");
        return await read(PipeReader.Create(new MemoryStream(GitCall.Packets(answer!))), cancellationToken);
    }
}
