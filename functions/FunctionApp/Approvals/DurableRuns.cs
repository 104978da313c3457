using System.Runtime.CompilerServices;
using System.Text.Json;
using CursorBroker.Core.Approvals.Runs;
using CursorBroker.Core.State;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CursorBroker.FunctionApp.Approvals;

/// <summary>
/// Approvals' runs as Durable orchestrations. The platform hands out its client only to functions that are called, so each of them leaves it here; what runs in
/// the background waits for the first call, without which nothing would have started the process.
/// </summary>
public sealed class DurableRuns : IApprovalRuns
{
    private readonly TaskCompletionSource<DurableTaskClient> _client = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Leaves the client. All of a process are the same, so the first one stays.</summary>
    public void Use(DurableTaskClient client) => _ = _client.TrySetResult(client);

    /// <summary>Leaves the client and serves the request.</summary>
    public Task ServeAsync(DurableTaskClient client, HttpRequest request, Func<HttpContext, Task> serve)
    {
        Use(client);
        return serve(request.HttpContext);
    }

    /// <summary>Whether the platform can be asked for an orchestration. It is for one that there never is.</summary>
    public async ValueTask<bool> AnswersAsync(CancellationToken cancellationToken) => await FindAsync("readiness", cancellationToken) is null;

    /// <inheritdoc/>
    public async ValueTask<bool> StartAsync(string id, string opened, CancellationToken cancellationToken)
    {
        // Asked first as well: not every host heeds the statuses.
        return await FindAsync(id, cancellationToken) is null && await ScheduleAsync(id, opened, cancellationToken);
    }

    /// <summary>Schedules one unless there is one of that id, whatever became of it, as far as the host can tell.</summary>
    public async ValueTask<bool> ScheduleAsync(string id, string opened, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(InstanceId: id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        return await AskAsync("started", async client =>
        {
            try
            {
                _ = await client.ScheduleNewOrchestrationInstanceAsync(ApprovalOrchestrator.Name, opened, options, cancellationToken);
                return true;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return false;
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(string id, string happened, CancellationToken cancellationToken) => _ = await AskAsync("sent to", async client =>
    {
        try
        {
            await client.RaiseEventAsync(id, ApprovalOrchestrator.EventName, happened, cancellationToken);
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
        {
            // The port says: lost without a word. Whoever sent it looks.
        }

        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ApprovalRunView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await AskAsync("found", client => client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken), cancellationToken);
        return found is null ? null : View(found);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ApprovalRunView> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery { InstanceIdPrefix = "a-", FetchInputsAndOutputs = true };
        var listed = await AskAsync("listed", client => Task.FromResult(client.GetAllInstancesAsync(query)), cancellationToken);
        await using var each = listed.GetAsyncEnumerator(cancellationToken);
        while (await AskAsync("listed", async _ => await each.MoveNextAsync(), cancellationToken))
        {
            // The filter by prefix is not every store's to keep.
            if (each.Current.Name == ApprovalOrchestrator.Name)
            {
                yield return View(each.Current);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(string id, CancellationToken cancellationToken) =>
        _ = await AskAsync("forgotten", client => client.PurgeInstanceAsync(id, cancellationToken), cancellationToken);

    private static ApprovalRunView View(OrchestrationMetadata run) => new(
        run.InstanceId,
        TextOf(run.ReadInputAs<string>),
        run.SerializedCustomStatus is null ? null : TextOf(run.ReadCustomStatusAs<string>),
        run.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended => ApprovalRunState.Running,
            OrchestrationRuntimeStatus.Completed => ApprovalRunState.Finished,
            _ => ApprovalRunState.Broken,
        });

    /// <summary>Empty, which is no approval's, when it is no text: somebody else has started that one, and the others are to be had all the same.</summary>
    private static string TextOf(Func<string?> read)
    {
        try
        {
            return read() ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private async Task<T> AskAsync<T>(string what, Func<DurableTaskClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(await _client.Task.WaitAsync(cancellationToken));
        }
        catch (RpcException away) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StateUnavailableException($"the Durable host does not answer ({away.StatusCode}): an approval could not be {what}", away);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
