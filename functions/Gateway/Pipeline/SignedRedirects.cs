namespace CursorBroker.Gateway.Pipeline;

/// <summary>Follows redirects whose URL is a credential, to listed hosts, with a request that has nothing else in it. One hop: what they answer is the answer.</summary>
internal sealed class SignedRedirects(HttpMessageInvoker client, UpstreamOptions options, TimeProvider time)
{
    /// <summary>The answer, its body not yet read; the caller disposes of it.</summary>
    public async ValueTask<Outcome<HttpResponseMessage>> FollowAsync(SignedRedirect redirect, CancellationToken cancellationToken)
    {
        if (!options.IsSignedHost(redirect.Location))
        {
            return Failed("GitHub sent the broker to a host that it does not follow to; its administrators can list it.", $"redirect to {redirect.Location.Host}, which is not listed");
        }

        using var message = new HttpRequestMessage(HttpMethod.Get, redirect.Location);
        foreach (var (name, value) in redirect.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        message.Headers.TryAddWithoutValidation("User-Agent", "CursorBroker");
        using var limit = new CancellationTokenSource(options.QuestionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await client.SendAsync(message, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Failed("The host that GitHub keeps this at cannot be reached.", $"{redirect.Location.Host}: {failure.GetType().Name}");
        }
    }

    private static Refusal Failed(string message, string detail) => new(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText(message), detail);
}
