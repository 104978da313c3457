using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>One call that changes something, as the room hands it on, and what it comes to.</summary>
internal sealed class ChangeCall(string method, string template, string? body = null)
{
    public static readonly RepositoryName Name = RepositoryName.Parse("acme/pay");
    private static readonly InspectionOptions Options = new();

    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal) { ["owner"] = "acme", ["repo"] = "pay" };

    /// <summary>What the caller sees; everything unless said.</summary>
    public RefVisibility Visible { get; init; } = RefVisibility.Everything;

    public ImmutableArray<KeyValuePair<string, string>> Query { get; init; } = [];

    public static ChangesExaminer Examiner { get; } = (ChangesExaminer)new ServiceCollection()
        .AddSingleton<TimeProvider>(new FakeTimeProvider())
        .AddSingleton(Options)
        .AddSingleton(new SnapshotBuilder(new WithholdingMasker(), new SnapshotLimits()))
        .AddSingleton(MadeSecrets.Scanners)
        .AddRestChanges()
        .BuildServiceProvider()
        .GetRequiredService<IRestExaminer>();

    public static RefVisibility Only(params string[] refs) => RefVisibility.Matching([.. refs.Select(static name => Glob.Compile(name))]);

    public ChangeCall With(string parameter, string value)
    {
        _parameters[parameter] = value;
        return this;
    }

    public PermissionSet LookUpPermissions() => Examiner.LookUpPermissions(Call());

    public Outcome<IReadOnlyList<Operation>> Outline() => Examiner.Outline(Call());

    public async Task<Outcome<RestEffect>> TryAsync(MadeRepository repository)
    {
        var preview = new Preview(Name, TimeSpan.FromMinutes(5), Visible, KeepsPathsFromReaders: false);
        var outline = Outline();
        return outline.Refusal is { } refusal ? refusal : await Examiner.ExamineAsync(Call(), repository, preview, CancellationToken.None);
    }

    public async Task<RestEffect> EffectAsync(MadeRepository repository)
    {
        var effect = await TryAsync(repository);
        Assert.IsNull(effect.Refusal, effect.Refusal?.Detail);
        Assert.AreEqual($"{method} {template}", ((ApiCall)effect.Value!.Operations[0].Details).Route);
        return effect.Value;
    }

    /// <summary>The one ref that it moves.</summary>
    public async Task<RefUpdate> UpdateAsync(MadeRepository repository) => Updates(await EffectAsync(repository)).Single();

    public async Task<Refusal> RefusedAsync(MadeRepository repository)
    {
        var effect = await TryAsync(repository);
        Assert.IsNotNull(effect.Refusal, "it is refused");
        return effect.Refusal;
    }

    public static IReadOnlyList<RefUpdate> Updates(RestEffect effect) => [.. effect.Operations.Select(static operation => operation.Details).OfType<RefUpdate>()];

    private RestCall Call() => new(
        new ApiMatch(
            new ApiRoute(method, template) { Kind = ApiRouteKind.Changes, Needs = [PermissionSet.ContentsWrite] }, _parameters.ToImmutableDictionary(StringComparer.Ordinal)),
        Name,
        Query,
        body is null ? null : JsonNode.Parse(body),
        RestMedia.Json);
}
