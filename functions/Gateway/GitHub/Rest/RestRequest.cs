using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>A call about one repository that moves no ref and reads no contents: what it needs follows from its route.</summary>
internal class RestRequest(RestCall call, RestInput input, RestServices services) : ProtocolRequest, IApprovable
{
    private byte[]? _body;

    public override IReadOnlyList<Operation> Operations { get; } = input.Secrets.In([Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall())]);

    // An upload is not read before it is sent, so that nobody could say what they agree to.
    public override IApprovable? Approvable => input.Body.Upload is null ? this : null;

    public override bool HasOpaqueBody => RestRoutes.IsOpaque(call.Route, call.Media);

    public virtual ImmutableArray<string> Summary => [Line(call.Repository)];

    public string Again => "send the same request again once approved";

    public override int Points => Method == "GET" ? 1 : 5;

    protected RestCall Call => call;

    /// <summary>The template's parameters as they are sent.</summary>
    protected virtual ImmutableDictionary<string, string> Parameters => call.Match.Parameters;

    /// <summary>The query as it is sent.</summary>
    protected virtual ImmutableArray<KeyValuePair<string, string>> Query => call.Query;

    protected RestServices Services => services;

    /// <summary>Secrets in its body.</summary>
    protected FoundSecrets Secrets => input.Secrets;

    /// <summary>What it acts on, as looked up; empty when nothing was.</summary>
    protected virtual string ResolvedState => "";

    /// <summary>The JSON that is sent; null for none.</summary>
    protected virtual JsonNode? Json => input.Body.Json;

    /// <summary>What is left out of the answer; null for nothing.</summary>
    protected virtual Action<JsonNode, Grant>? Edit => null;

    /// <summary>What is sent is another from now on.</summary>
    protected void BodyChanged() => _body = null;

    private PersonId? Person { get; set; }

    private PolicySet? Policy { get; set; }

    private AddedSecrets Added { get; set; }

    private ReadOnlyMemory<byte> Body => _body ??= Json is { } json ? RestBody.Write(json) : input.Body.Bytes?.ToArray() ?? [];

    public override ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        Person = caller.Person;
        Policy = policy;
        Added = policy.Masking.Added;
        return base.ResolveAsync(caller, policy, cancellationToken);
    }

    public Fingerprint FingerprintFor(PersonId person, TargetIdentity target) => Fingerprints.OfRequest(
        person,
        ((RepositoryIdentity)target).Id,
        Sent,
        PathOf(Parameters, ((RepositoryIdentity)target).Name),
        RestQuery.Write(Query),
        SHA256.HashData(Body.Span),
        ResolvedState,
        string.Join('\n', input.Accept.Header, input.ApiVersion, input.Conditions.Range, BodyType));

    public virtual ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ApprovalSnapshot { Request = SnapshotOfRequest() });

    // Nothing of a JSON answer can be said before the answer: the caller comes again.
    public IWaitingCaller? WaitOn(HttpContext context) => null;

    public override ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) =>
        ValueTask.FromResult(input.IsHead && Edit is not null
            ? Refusals.NotSupported("The head of this answer would tell of what is not open to you; use GET.")
            : RenderedForms.Refuse(call.Route, call.Media, grant));

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var edit = Edit;
        var query = RestQuery.Write(Query);
        var (person, policy) = (Person, Policy) is ({ } resolved, { } served) ? (resolved, served) : throw new InvalidOperationException("A call is resolved before it is rebuilt.");
        var maskedAs = CallerEntityTags.MaskedAs(policy, grant);

        // A part of a file says nothing of the whole: it is looked into, and handed out, from its beginning to its end.
        var inspection = HasOpaqueBody && grant.Opaque == OpaqueHandling.Inspect ? new AnswerInspection() : null;

        // What something is left out of changes with the policy, which GitHub's tags and dates know nothing of.
        var conditions = edit is null && Method == "GET" ? input.Conditions.ToHeaders(person, maskedAs) : [];
        return new()
        {
            Face = call.Route.Traits.HasFlag(ApiRouteTraits.Upload) ? UpstreamFace.Uploads : UpstreamFace.Api,
            Method = input.IsHead ? HttpMethod.Head : new HttpMethod(Method),
            PathAndQuery = PathOf(Parameters, repository.Name) + (query.Length == 0 ? "" : $"?{query}"),
            Headers = [new("Accept", input.Accept.Header), new("X-GitHub-Api-Version", input.ApiVersion), .. conditions, .. ContentHeaders()],
            Body = Upload ?? (Body.IsEmpty ? null : (Stream)new MemoryStream(Body.ToArray(), writable: false)),
            Inspection = inspection,
            Answer = Inspected(inspection, new RestAnswer(
                new RestAnswerTerms
                {
                    Media = call.Media,
                    IsConditional = !conditions.IsEmpty,
                    FollowsRedirect = RestRoutes.MayRedirect(call.Route, call.Media) && !input.IsHead,
                    Range = inspection is null ? input.Conditions.Range : null,
                    Person = person,
                    MaskedAs = maskedAs,
                    Repository = repository,
                    HidesWhatIsLeftOut = edit is not null,
                    Edit = edit is null ? null : json => edit(json, grant),
                },
                services)),
        };
    }

    private AnswerRules Inspected(AnswerInspection? inspection, RestAnswer answer) =>
        inspection is null ? answer : new InspectedAnswer(answer, "the file", services.Inspector, inspection);

    protected SnapshotRequest SnapshotOfRequest() => services.Snapshots.Of(
        Sent, $"/{PathOf(Parameters, call.Repository)}", RestQuery.Write(Query), Json is null && input.Body.Bytes is null ? null : Body, Form);

    private LookedThrough? Upload => input.Body.Upload is var (content, length)
        ? new(content, length, services.Scanners.Current, call.QueryValue("name") ?? "the upload", Added)
        : null;

    private string Method => call.Route.Method;

    private string Sent => input.IsHead ? "HEAD" : Method;

    /// <summary>How the answer is asked for, in words; null for the usual one. What the caller has already is no part of it: it lets nobody see more.</summary>
    private string? Form => (input.Accept == RestAccept.Json, input.Conditions.Range) switch
    {
        (true, null) => null,
        (_, null) => input.Accept.Header,
        (_, var range) => $"{input.Accept.Header}, {range} of it",
    };

    private string BodyType => Body.IsEmpty ? "" : Json is null ? input.Body.ContentType : RestMediaTypes.Json;

    private string Line(RepositoryName repository) => $"{Sent} /{PathOf(call.Match.Parameters, repository)}{(Form is { } form ? $" as {form}" : "")}";

    private string PathOf(ImmutableDictionary<string, string> parameters, RepositoryName repository) => ApiPath.Write(
        call.Route.Template, parameters.SetItem("owner", repository.Owner).SetItem("repo", repository.Name));

    private IEnumerable<KeyValuePair<string, string>> ContentHeaders()
    {
        if (input.Body.Upload is { } upload)
        {
            return [new("Content-Type", input.Body.ContentType), Length(upload.Length)];
        }

        return Body.IsEmpty ? [] : [new("Content-Type", BodyType), Length(Body.Length)];
    }

    private static KeyValuePair<string, string> Length(long bytes) => new("Content-Length", bytes.ToString(CultureInfo.InvariantCulture));
}
