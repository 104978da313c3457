using System.Buffers;
using System.Net;
using System.Text;
using Octokit;
using Octokit.Internal;

namespace CursorBroker.Adapters.GitHub;

/// <summary>
/// One HTTP exchange for Octokit's connection. Unlike Octokit's own client it follows no redirect (that client repeats the request,
/// credentials included, wherever on the same host an answer points), bounds time and size, and keeps the whole answer.
/// </summary>
internal sealed class GitHubExchange(HttpMessageInvoker http, TimeSpan timeout, int maxAnswerBytes, TimeProvider time, CancellationToken cancellationToken) : IHttpClient
{
    /// <summary>What is accepted, as GitHub recommends.</summary>
    public const string MediaType = "application/vnd.github+json";

    /// <summary>The API version this code was written against.</summary>
    public const string ApiVersion = "2022-11-28";

    /// <summary>Largest answer read, in bytes, unless more has to be expected. A token with its one repository is about 6 KB.</summary>
    public const int MaxAnswerBytes = 256 * 1024;

    /// <summary>Largest page of a list read, in bytes: a hundred repositories are about 600 KB.</summary>
    public const int MaxPageBytes = 4 * 1024 * 1024;

    // GitHub describes every repository of a token in full.
    private const int BytesPerRepository = 16 * 1024;

    private GitHubAnswer? _answer;

    /// <summary>What came back.</summary>
    public GitHubAnswer Answer => _answer ?? throw new InvalidOperationException("No exchange took place.");

    /// <summary>Largest answer read, in bytes, where it describes so many repositories.</summary>
    public static int RoomFor(int repositories) => MaxAnswerBytes + (BytesPerRepository * (repositories - 1));

    /// <inheritdoc/>
    public async Task<IResponse> Send(IRequest request, CancellationToken ignored, Func<object, object>? preprocessResponseBody = null)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var message = Message(request);
        try
        {
            using var response = await http.SendAsync(message, ends.Token);
            var text = await ReadAsync(response.Content, ends.Token);
            _answer = new GitHubAnswer((int)response.StatusCode, HeadersOf(response), text, default, null);

            // Octokit puts what it is given of a failure into its exceptions: it is given nothing.
            var body = _answer.IsSuccess ? text : "";
            return new Response(response.StatusCode, body, response.Content.Headers.ContentType?.MediaType);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException($"GitHub did not answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            throw new NoAnswerException($"GitHub cannot be reached at {request.BaseAddress.Host} ({e.HttpRequestError})");
        }
        catch (IOException)
        {
            throw new NoAnswerException("GitHub's answer broke off");
        }
    }

    /// <inheritdoc/>
    public void SetRequestTimeout(TimeSpan timeout) => throw new NotSupportedException("The time limit belongs to the options.");

    /// <inheritdoc/>
    public void Dispose()
    {
        // Owns nothing: the invoker is shared.
    }

    private static HttpRequestMessage Message(IRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(request.BaseAddress, request.Endpoint));
        foreach (var (name, value) in request.Headers.Where(static header => header.Key != "Accept"))
        {
            message.Headers.Add(name, value);
        }

        message.Headers.Add("Accept", MediaType);
        message.Headers.Add("X-GitHub-Api-Version", ApiVersion);
        if (request.Body is string body)
        {
            message.Content = new StringContent(body, Encoding.UTF8, request.ContentType);
        }

        return message;
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            headers.TryAdd(name, values.First());
        }

        return headers;
    }

    private async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(maxAnswerBytes + 1);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, maxAnswerBytes + 1), maxAnswerBytes + 1, throwOnEndOfStream: false, cancellationToken);
            return length <= maxAnswerBytes
                ? Encoding.UTF8.GetString(buffer, 0, length)
                : throw new NoAnswerException($"GitHub's answer is larger than {maxAnswerBytes / 1024} KB");
        }
        finally
        {
            // It may have held a token.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private sealed class Response(HttpStatusCode status, string body, string? contentType) : IResponse
    {
        public object Body => body;

        public IReadOnlyDictionary<string, string> Headers { get; } = new Dictionary<string, string>();

        public ApiInfo ApiInfo { get; } = new(new Dictionary<string, Uri>(), [], [], "", new RateLimit(0, 0, 0), TimeSpan.Zero);

        public HttpStatusCode StatusCode => status;

        public string? ContentType => contentType;
    }
}

/// <summary>There was no usable answer; the message is the broker's own and may be logged. Never leaves <see cref="GitHubConnection"/>.</summary>
internal sealed class NoAnswerException(string message) : Exception(message);
