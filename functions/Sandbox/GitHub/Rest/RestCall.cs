using System.Globalization;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>One admitted call of a repository's route.</summary>
/// <param name="Http">The request.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Records">What is kept of it besides git.</param>
/// <param name="Token">Who asks; null for someone without a name, at a public repository.</param>
/// <param name="Parameters">The route's, decoded.</param>
/// <param name="Body">The JSON body; empty when there was none.</param>
internal sealed record RestCall(
    HttpContext Http,
    SandboxRepository Repository,
    RepositoryRecords Records,
    InstallationToken? Token,
    IReadOnlyDictionary<string, string> Parameters,
    RestBody Body)
{
    public CancellationToken Cancelled => Http.RequestAborted;

    public RestMedia Media { get; } = RestMedia.Of(Http.Request);

    /// <summary>Writes addresses of this server, as the caller reached it.</summary>
    public Links Links { get; } = new(Http);

    /// <summary>Writes addresses of this repository.</summary>
    public RepositoryLinks Here => Links.To(Repository);

    public string this[string parameter] => Parameters[parameter];

    public long Number(string parameter) => long.Parse(Parameters[parameter], NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A number that counts something; 0, which nothing has, when it is too large for that.</summary>
    public int Index(string parameter) => Index(Number(parameter));

    public static int Index(long number) => number is > 0 and <= int.MaxValue ? (int)number : 0;

    public string? Query(string name) => Http.Request.Query[name] is { Count: > 0 } values ? values[^1] : null;
}
