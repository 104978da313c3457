using System.Buffers;
using System.Collections.Immutable;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>A push: one operation per ref command, all or nothing. The pack streams through untouched behind the rebuilt head.</summary>
internal sealed class PushRequest(GitRoute route, ReceivePackRequest parsed, GitBody body) : GitRequest(route)
{
    public override IReadOnlyList<Operation> Operations { get; } = [.. parsed.Updates.Select(update => Operation.Push(route.Repository, update))];

    /// <summary>The push, understood.</summary>
    public ReceivePackRequest Parsed => parsed;

    /// <summary>Its body, standing where the pack begins.</summary>
    public GitBody Body => body;

    public override UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant)
    {
        var head = new ArrayBufferWriter<byte>();
        parsed.WriteHead(head, Agent);
        var report = new ReportStatusReader(parsed.Capabilities);
        return Post(repository, new HeadedStream(head.WrittenMemory, body.Content.AsStream(leaveOpen: true)), isV2: false) with
        {
            Filter = (upstream, caller, cancellationToken) => ObservedCopy.RunAsync(upstream, caller, report, cancellationToken),
            Results = () => Describe(report.Status),
        };
    }

    private static ImmutableArray<string> Describe(ReportStatus status)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (status.Unpack is not null)
        {
            lines.Add($"unpack {status.Unpack}");
        }

        lines.AddRange(status.Refs.Select(static each => each.Error is null ? $"ok {each.Ref}" : $"ng {each.Ref} {each.Error}"));
        if (status.Dropped > 0)
        {
            lines.Add($"and {status.Dropped} refs more");
        }

        if (status.Fatal is not null)
        {
            lines.Add($"fatal {status.Fatal}");
        }

        if (!status.Complete)
        {
            lines.Add("the upstream's report is not complete");
        }

        return lines.ToImmutable();
    }
}
