using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>A GraphQL request about one repository, or a query about several of one owner.</summary>
internal sealed class GraphCall(GraphRequest request, RestServices services, GraphServices graph) : ProtocolRequest, IApprovable
{
    private const string Path = "graphql";

    private readonly List<GraphMoved> _moved = [];
    private FoundSecrets _secrets = FoundSecrets.None;
    private GraphRepositories? _repositories;
    private Caller? _caller;
    private IReadOnlyList<Operation>? _operations;

    /// <summary>The request.</summary>
    public GraphRequest Request => request;

    public override IReadOnlyList<Operation> Operations => _operations ?? throw new InvalidOperationException("A request is resolved before it is decided.");

    public override bool IsEffectPending => request.Roots.Any(static root => NeedsLookup(root));

    // What is looked up is looked up with what the request needs, to read; and with contents, where files and commits are.
    public override PermissionSet ExaminePermissions => request.Roots.SelectMany(static root => root.Needs.Take(1)).SelectMany(static needs => needs.Items)
        .Where(static need => need.Key != "workflows")
        .Aggregate(request.Roots.Any(static root => !root.Reads.IsEmpty || root.Moves != GraphMutationKind.Plain) ? PermissionSet.ContentsRead : PermissionSet.MetadataRead, static (held, need) => held.Union(PermissionSet.Of(need.Key, Access.Read)));

    public override int Points => request.IsMutation ? 5 : 1;

    public override IApprovable Approvable => this;

    public ImmutableArray<string> Summary => [.. _moved.SelectMany(static moved => moved.Effect.Summary), .. request.Roots.Where(static root => root.Moves == GraphMutationKind.Plain).Select(NameOf)];

    private GraphRepositories Repositories => _repositories ?? throw new InvalidOperationException("A request is resolved before it is looked into.");

    private byte[] Body => RestBody.Write(new JsonObject
    {
        ["query"] = request.Document,
        ["variables"] = request.Variables.DeepClone(),
        ["operationName"] = request.OperationName,
    });

    public override async ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
    {
        _caller = caller;
        if (!GraphWritten.Look(request, services.Scanners.Current).Succeeded(out var secrets, out var written))
        {
            return written;
        }

        _secrets = secrets;
        if (!(await GraphTargets.ResolveAsync(request, graph.Catalog, IsCovered, cancellationToken)).Succeeded(out _repositories, out var refusal))
        {
            return refusal;
        }

        if (request.Roots.Count(static root => root.Moves != GraphMutationKind.Plain) > 1)
        {
            // Each would be decided as things stand now, and the second done as they stand after the first.
            return Refusals.NotSupported("Mutations that move refs are sent one at a time.");
        }

        var several = _repositories.Distinct.Count() > 1;
        if (several && request.IsMutation)
        {
            return Refusals.NotSupported("A mutation is about one repository; send one request for each.");
        }

        if (several && IsEffectPending)
        {
            return Refusals.NotSupported("Commits, files and node ids are asked for of one repository at a time; send one request for each.");
        }

        if (_repositories.Distinct.Select(static repository => repository.Owner).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1)
        {
            return Refusals.NotSupported("Repositories of several owners are asked for one owner at a time.");
        }

        _operations = _secrets.In([.. OperationsOf(static _ => [])]);
        return null;

        bool IsCovered(RepositoryName repository) => policy.Decide(caller, Operation.Api(repository, [PermissionSet.MetadataRead], new ApiCall("query node"))) is not Decision.Deny { Reason: DenialReason.NotCovered };
    }

    public override async ValueTask<Outcome<IReadOnlyList<Operation>>> ExamineAsync(IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken)
    {
        var nodes = new NodeLookup(upstream);
        if (await nodes.LoadAsync(request.Roots.Select(static root => root.Target).OfType<GraphTarget.Nodes>().SelectMany(static target => target.Ids), preview.Named, cancellationToken) is { } lost)
        {
            return lost;
        }

        var lookup = new RepositoryLookup(upstream, preview, Repositories.Distinct.Single());
        var reads = new Dictionary<GraphRoot, ImmutableArray<ContentRead>>(ReferenceEqualityComparer.Instance as IEqualityComparer<GraphRoot>);
        foreach (var root in request.Roots)
        {
            if (!(await GraphContents.ReadsAsync(root, lookup, cancellationToken)).Succeeded(out var read, out var refusal))
            {
                return refusal;
            }

            reads.Add(root, read.Reads);
            if (root.Moves != GraphMutationKind.Plain)
            {
                if (!(await graph.Moves.ExamineAsync(root, nodes, lookup.Asked, upstream, preview, cancellationToken)).Succeeded(out var moved, out refusal))
                {
                    return refusal;
                }

                // What was looked up is sent, so that GitHub refuses what moved meanwhile.
                request.Variables[root.Variable!] = moved.Input.DeepClone();
                _moved.Add(moved);
            }
        }

        return Outcome<IReadOnlyList<Operation>>.Of([.. _secrets.In([.. OperationsOf(root => reads[root])]), .. _moved.SelectMany(static moved => moved.Effect.Operations).Where(static operation => operation.Details is not ApiCall)]);
    }

    public Fingerprint FingerprintFor(PersonId person, TargetIdentity target) => Fingerprints.OfRequest(
        person, ((RepositoryIdentity)target).Id, "POST", Path, "", SHA256.HashData(Body), string.Join('\n', _moved.Select(static moved => moved.Effect.ResolvedState)), RestMediaTypes.Json);

    public async ValueTask<ApprovalSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        var snapshot = new ApprovalSnapshot();
        foreach (var moved in _moved)
        {
            if (moved.Effect.Snapshot is { } take)
            {
                var taken = await take(cancellationToken);
                snapshot = taken with { Updates = snapshot.Updates.AddRange(taken.Updates) };
            }
        }

        return snapshot with { Request = services.Snapshots.Of("POST", $"/{Path}", "", Body) };
    }

    public IWaitingCaller? WaitOn(HttpContext context) => null;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var body = Body;
        var caller = _caller ?? throw new InvalidOperationException("A request is resolved before it is rebuilt.");
        return new()
        {
            Face = UpstreamFace.GraphQl,
            Method = HttpMethod.Post,
            PathAndQuery = Path,
            Headers =
            [
                new("Accept", RestMediaTypes.Json),
                new("Content-Type", RestMediaTypes.Json),
                new("Content-Length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ],
            Body = new MemoryStream(body, writable: false),
            Answer = new RestAnswer(
                new RestAnswerTerms
                {
                    Media = RestMedia.Json,
                    Person = caller.Person,
                    Repository = grant.Others.IsEmpty ? repository : null,
                    Edit = Both(GraphHiddenNames.For(request.Roots.Zip(Repositories.OfRoots), grant), GraphOwnAnswers.For(request, caller)),
                },
                services),
        };
    }

    private static Action<JsonNode>? Both(Action<JsonNode>? one, Action<JsonNode>? other) => one is null ? other : one + other;

    private static bool NeedsLookup(GraphRoot root) => root.Target is GraphTarget.Nodes || !root.Reads.IsEmpty || root.Moves != GraphMutationKind.Plain;

    private static string NameOf(GraphRoot root) => root.Field;

    private IEnumerable<Operation> OperationsOf(Func<GraphRoot, ImmutableArray<ContentRead>> readsOf)
    {
        for (var i = 0; i < request.Roots.Length; i++)
        {
            if (Repositories.OfRoots[i] is not { } repository)
            {
                continue;
            }

            var root = request.Roots[i];
            var call = new ApiCall($"{(request.IsMutation ? "mutation" : "query")} {root.Field}");
            var reads = readsOf(root);
            foreach (var read in reads.IsEmpty ? [null] : reads.Select(static each => (ContentRead?)each))
            {
                yield return Operation.Api(repository, root.Needs, call with { Reads = read });
            }
        }
    }
}
