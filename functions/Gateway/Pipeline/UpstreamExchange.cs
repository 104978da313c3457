using System.Collections.Immutable;
using System.IO.Pipelines;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>A request for the upstream, rebuilt from parsed parts, and what to do with the answer's body.</summary>
public sealed record UpstreamExchange
{
    /// <summary>Which of the upstream's faces.</summary>
    public required UpstreamFace Face { get; init; }

    /// <summary>The method.</summary>
    public required HttpMethod Method { get; init; }

    /// <summary>
    /// Path and query below the face's base address, already encoded, without a leading slash. Of <see cref="UpstreamFace.Storage"/> what stands for the address in the
    /// audit, which itself is in <see cref="Target"/>.
    /// </summary>
    public required string PathAndQuery { get; init; }

    /// <summary>The request headers, all of them; <c>Authorization</c> and <c>User-Agent</c> are added when sent.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Where <see cref="UpstreamFace.Storage"/> is asked; null for every other face.</summary>
    public SignedTarget? Target { get; init; }

    /// <summary>The body, streamed once; null for none.</summary>
    public Stream? Body { get; init; }

    /// <summary>Which answers are taken, and what of them reaches the caller.</summary>
    public required AnswerRules Answer { get; init; }

    /// <summary>How the answer is looked into, where it is Opaque and the policy wants that; null where it passes as it is.</summary>
    public AnswerInspection? Inspection { get; init; }

    /// <summary>Read after the body has ended: what the upstream reported, a line each, for the audit.</summary>
    public Func<ImmutableArray<string>>? Results { get; init; }
}

/// <summary>Which of the upstream's faces an exchange goes to.</summary>
public enum UpstreamFace
{
    /// <summary>git over HTTP: <c>github.com</c>.</summary>
    Git,

    /// <summary>The REST API: <c>api.github.com</c>.</summary>
    Api,

    /// <summary>The GraphQL API: <c>api.github.com</c> as well, but beside the REST API of a GitHub Enterprise Server.</summary>
    GraphQl,

    /// <summary>Uploads of release assets: <c>uploads.github.com</c>.</summary>
    Uploads,

    /// <summary>A host that the upstream keeps files at, at an address that it signed. No credential of the broker's goes there.</summary>
    Storage,
}

/// <summary>An address that the upstream signed: whoever has it needs nothing else, so that it is a credential itself.</summary>
/// <param name="Location">The address. Its host is a listed one (<see cref="UpstreamOptions.IsSignedHost"/>), or nothing is sent.</param>
public sealed record SignedTarget(Uri Location)
{
    /// <summary>The host alone: the rest is a credential.</summary>
    public override string ToString() => $"a signed address at {Location.Host}";
}

/// <summary>
/// Copies an answer's body from the upstream to the caller, changing it on the way. Reads to the end, completes neither side,
/// throws <see cref="InvalidDataException"/> when the upstream's bytes make no sense (the caller's connection is then cut, never patched up).
/// </summary>
public delegate Task BodyFilter(PipeReader upstream, PipeWriter caller, CancellationToken cancellationToken);

/// <summary>Masks a whole text, as the policy says: of the same length.</summary>
/// <exception cref="AnswerRefusedException">A rule blocks, and then nothing of the text may be shown.</exception>
public delegate ReadOnlyMemory<byte> BodyMask(ReadOnlyMemory<byte> text);

/// <summary>Lets a room ask the upstream something of its own with the request's credential, before the request is forwarded.</summary>
public interface IUpstreamReader
{
    /// <summary>The repository as GitHub names it now.</summary>
    Core.Operations.RepositoryIdentity Repository { get; }

    /// <summary>Who asks and in which session: for what is remembered per session.</summary>
    Core.Identity.SessionId Session { get; }

    /// <summary>
    /// Asks the API: a GET whose answer is JSON. An answer of 404, 409 or 422 is one too (there is no such thing); every other status but 200 is a refusal.
    /// </summary>
    /// <param name="pathAndQuery">Below the API's base address, encoded, without a leading slash.</param>
    /// <param name="maxBytes">Largest answer; more is a refusal, never a part of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken);

    /// <summary>Sends an exchange; the filter is not applied. The body is handed to <paramref name="read"/> when the status is 200 and the type as expected.</summary>
    /// <returns>What <paramref name="read"/> returned, or the refusal that the failure amounts to.</returns>
    ValueTask<Outcome<T>> ReadAsync<T>(
        UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
        where T : class;
}

/// <summary>The upstream's answer to a question of the broker's own.</summary>
/// <param name="Status">200, 404, 409 or 422.</param>
/// <param name="Body">The body, whole.</param>
/// <param name="Link">The <c>Link</c> header, for further pages; null when there is none.</param>
public sealed record UpstreamReply(int Status, ReadOnlyMemory<byte> Body, string? Link);
