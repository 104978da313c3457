using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>What every request passes first: it is written down, gets its id, and meets the fault planned for it.</summary>
internal sealed class FrontDoor(RequestLog log, FaultPlan faults)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var entry = log.Add(context.Request);
        context.Response.Headers["X-GitHub-Request-Id"] = RequestId();
        context.Response.Headers["X-GitHub-Enterprise-Version"] = SandboxGitHub.EnterpriseVersion;
        var fault = faults.Take(entry);
        try
        {
            await ServeAsync(context, next, fault).ConfigureAwait(false);
            entry.Status = context.Response.StatusCode;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || fault is SandboxFault.Cut)
        {
            // The caller hung up, or a fault cut the connection: nobody is left to answer.
            entry.Status = context.Response.HasStarted ? context.Response.StatusCode : 0;
        }
    }

    private static async Task ServeAsync(HttpContext context, RequestDelegate next, SandboxFault? fault)
    {
        switch (fault)
        {
            case SandboxFault.Answer answer:
                context.Response.StatusCode = answer.Status;
                context.Response.ContentType = "application/json; charset=utf-8";
                foreach (var (name, value) in answer.Headers)
                {
                    context.Response.Headers[name] = value;
                }

                await context.Response.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
                return;
            case SandboxFault.Cut { AfterBytes: <= 0 }:
                context.Abort();
                return;
            case SandboxFault.Cut cut:
                context.Response.Body = new CuttingStream(context, context.Response.Body, cut.AfterBytes);
                break;
            case SandboxFault.Hold hold:
                await hold.Until.WaitAsync(context.RequestAborted).ConfigureAwait(false);
                break;
        }

        await next(context).ConfigureAwait(false);
    }

    private static string RequestId() => string.Join(':', Enumerable.Range(0, 4).Select(static _ => RandomNumberGenerator.GetHexString(4)));
}
