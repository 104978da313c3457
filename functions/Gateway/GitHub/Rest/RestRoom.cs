using System.Collections.Frozen;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.GitHub.Rest.Secrets;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>GitHub's REST API.</summary>
internal sealed class RestRoom(ApiRoutes routes, IEnumerable<IRestExaminer> examiners, IEnumerable<IRestOpener> openers, RestServices services) : IProtocolRoom
{
    /// <summary>As much of a path, in characters, as a message repeats.</summary>
    private const int LongestNamed = 200;

    private const string ApiVersionHeader = "X-GitHub-Api-Version";

    /// <summary>The version of the API that everything here is written for.</summary>
    internal const string ApiVersion = "2022-11-28";

    private static readonly string[] Overrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    private readonly FrozenDictionary<ApiRouteKind, IRestExaminer> _examiners = examiners.ToFrozenDictionary(static each => each.Kind);
    private readonly FrozenDictionary<ApiRouteKind, IRestOpener> _openers = openers.ToFrozenDictionary(static each => each.Kind);

    public async ValueTask<Outcome<ProtocolRequest>> ClassifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!(await ReadAsync(context, cancellationToken)).Succeeded(out var input, out var refusal))
        {
            return refusal;
        }

        if (input.Route.Kind is ApiRouteKind.Across or ApiRouteKind.Broker)
        {
            return _openers.TryGetValue(input.Route.Kind, out var opener) ? opener.Open(input) : NotYet(input.Route);
        }

        // A name that GitHub could not have given is answered as one that is not there.
        if (input.Match.Repository is not { } repository)
        {
            return Refusals.Unknown(Stage.Classify, "The path names no repository that GitHub could have.");
        }

        if (!RestWritten.Look(input, services.Scanners.Current).Succeeded(out var secrets, out refusal))
        {
            return refusal;
        }

        input = input with { Secrets = secrets };
        var call = new RestCall(input.Match, repository, input.Query, input.Body.Json, input.Accept.Media);
        if (Placed(input) is { } unplaced)
        {
            return unplaced;
        }

        if (SecretUsePlace.Find(input.Route, input.Body.Json) is { } use)
        {
            return use.Succeeded(out var secret, out refusal) ? new SecretUseRequest(call, input, services, secret) : refusal;
        }

        if (input.Route.Kind == ApiRouteKind.Plain)
        {
            return new RestRequest(call, input, services);
        }

        return !_examiners.TryGetValue(input.Route.Kind, out var examiner) ? NotYet(input.Route)
            : examiner.Outline(call).Succeeded(out var operations, out refusal) ? new ExaminedRestRequest(call, input, services, examiner, operations)
            : refusal;
    }

    public ValueTask RefuseAsync(HttpContext context, ProtocolRequest? request, Refusal refusal, CancellationToken cancellationToken) =>
        GitHubRefusal.WriteAsync(context, refusal, cancellationToken);

    private async ValueTask<Outcome<RestInput>> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (Overrides.FirstOrDefault(request.Headers.ContainsKey) is { } name)
        {
            return Refusals.NotSupported($"The method is the request line's; {name} is not taken.");
        }

        if (!RestTarget.Parse(request).Succeeded(out var target, out var refusal)
            || !Find(request.Method, target).Succeeded(out var match, out refusal)
            || !RestConditions.Parse(request.Headers).Succeeded(out var conditions, out refusal))
        {
            return refusal;
        }

        if (RestQuery.Parse(target.Query, match.Route, out var ignored, out refusal) is not { } query)
        {
            return refusal!;
        }

        if (!ignored.IsEmpty)
        {
            context.Response.Headers["X-Broker-Ignored-Parameters"] = string.Join(", ", ignored.Distinct());
        }

        if (!(await RestBody.ReadAsync(context, match.Route, services.Options, services.Budget, cancellationToken)).Succeeded(out var body, out refusal))
        {
            return refusal;
        }

        var accept = target.IsRaw ? RestAccept.Raw : RestAccept.Parse(request.Headers.Accept);

        // A version that is not known here could mean anything by what is known here.
        var version = request.Headers[ApiVersionHeader] == ApiVersion ? request.Headers[ApiVersionHeader].ToString() : ApiVersion;
        return new RestInput(match, query, body, accept, conditions, version, HttpMethods.IsHead(request.Method));
    }

    private Outcome<ApiMatch> Find(string method, RestTarget target)
    {
        var asked = HttpMethods.IsHead(method) ? HttpMethods.Get : method;
        var match = target is { IsRaw: true } && asked != HttpMethods.Get ? null : routes.Match(asked, target.Path);
        if (match is null || match.Route.Traits.HasFlag(ApiRouteTraits.Upload) != target.IsUpload)
        {
            return Unknown(method, target);
        }

        return match.Route.Kind == ApiRouteKind.Refused
            ? Refusals.NotSupported($"{match.Route.Id} is not let through: {match.Route.Why}")
            : match;
    }

    private Refusal Unknown(string method, RestTarget target)
    {
        var known = string.Join(", ", routes.MethodsOf(target.Path).Order(StringComparer.Ordinal));
        var path = target.Path.ToString();
        var route = $"{method} {(path.Length > LongestNamed ? path[..LongestNamed] + "..." : path)}";
        var message = known.Length == 0
            ? $"This route is not known to the broker: {route}."
            : $"This route is not known to the broker: {route}; known of this path: {known}.";
        return new(Stage.Classify, RefusalKind.NotFound, new CallerText(message), $"route not known: {method}");
    }

    /// <summary>The refusal of a placeholder in the path or the query, where the broker fills none; null when there is none.</summary>
    private static Refusal? Placed(RestInput input) =>
        input.Match.Parameters.Concat(input.Query).FirstOrDefault(static pair => Placeholders.Holds(pair.Value)).Key is { } where
            ? WriteRefusals.OfMask(Stage.Classify, where, 1, isPlaceholder: true)
            : null;

    private static Refusal NotYet(ApiRoute route) => Refusals.NotSupported($"{route.Id} is not served by this broker yet.");
}
