using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Reading;

/// <summary>An upstream that has answers to some questions, finds nothing where it is told to, and fails the test at any other.</summary>
internal sealed class FakeApi : IUpstreamReader
{
    private const string Base = "repos/Acme/Pay";

    private readonly Dictionary<string, string?> _answers = [];

    public List<string> Asked { get; } = [];

    public RepositoryIdentity Repository { get; } = new(42, RepositoryName.Parse("Acme/Pay"));

    public SessionId Session { get; } = new("s-1");

    /// <summary>Refuses every question with this.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Adds an answer to a question below the repository.</summary>
    public FakeApi With(string path, string json)
    {
        _answers[Base + path] = json;
        return this;
    }

    /// <summary>Nothing is found there.</summary>
    public FakeApi Without(params string[] paths)
    {
        foreach (var path in paths)
        {
            _answers[Base + path] = null;
        }

        return this;
    }

    public ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken)
    {
        Asked.Add(pathAndQuery);
        if (Refusal is not null)
        {
            return ValueTask.FromResult<Outcome<UpstreamReply>>(Refusal);
        }

        Assert.IsTrue(_answers.TryGetValue(pathAndQuery, out var answer), $"unexpected question: {pathAndQuery}");
        return ValueTask.FromResult<Outcome<UpstreamReply>>(answer is null
            ? new UpstreamReply(404, Encoding.UTF8.GetBytes("""{"message":"Not Found"}"""), null)
            : new UpstreamReply(200, Encoding.UTF8.GetBytes(answer), null));
    }

    public ValueTask<Outcome<T>> ReadAsync<T>(
        UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
        where T : class => throw new AssertFailedException($"unexpected exchange: {exchange.PathAndQuery}");
}
