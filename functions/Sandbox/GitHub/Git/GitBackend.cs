using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>Serves git with git's own <c>http-backend</c>, spoken to as RFC 3875 (CGI) says: nothing of git is imitated here.</summary>
/// <remarks>https://git-scm.com/docs/git-http-backend</remarks>
internal sealed partial class GitBackend(string executable, GitEnvironment environment, ChildProcesses children, ILogger<GitBackend> logger)
{
    private const int CopyBytes = 64 * 1024;
    private const int KeptErrorBytes = 8 * 1024;

    public async Task ServeAsync(HttpContext context, GitRequest request)
    {
        using var child = children.Start(StartInfo(context.Request, request));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var hangUp = context.RequestAborted.Register(child.Kill);

        var complaints = ReadComplaintsAsync(child.Process.StandardError.BaseStream);
        var upload = UploadAsync(context.Request.Body, child, ended.Token);
        var output = PipeReader.Create(child.Process.StandardOutput.BaseStream);
        try
        {
            await AnswerAsync(context, output).ConfigureAwait(false);
            await child.Process.WaitForExitAsync(context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            // Whatever ended the answer, nothing of this request goes on behind it.
            child.Kill();
            await ended.CancelAsync().ConfigureAwait(false);
            await upload.ConfigureAwait(false);
            await output.CompleteAsync().ConfigureAwait(false);
        }

        if (await complaints.ConfigureAwait(false) is { Length: > 0 } text)
        {
            Complained(request.Service.Name(), request.Repository.FullName, text);
        }
    }

    private static async Task AnswerAsync(HttpContext context, PipeReader output)
    {
        var head = await CgiHead.ReadAsync(output, context.RequestAborted).ConfigureAwait(false);
        if (head is null)
        {
            context.Response.StatusCode = 500;
            return;
        }

        context.Response.StatusCode = head.Status;
        foreach (var (name, value) in head.Headers)
        {
            context.Response.Headers.Append(name, value);
        }

        while (true)
        {
            var read = await output.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            foreach (var part in read.Buffer)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted).ConfigureAwait(false);
            }

            // Progress lines must reach the user while the pack is still being made.
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            output.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>
    /// The request body into git. A body that breaks off kills git before its input is closed: git must never take a half for the whole.
    /// </summary>
    private static async Task UploadAsync(Stream body, ChildProcess child, CancellationToken cancellationToken)
    {
        var input = child.Process.StandardInput.BaseStream;
        var buffer = new byte[CopyBytes];
        while (true)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception brokenOff) when (brokenOff is IOException or OperationCanceledException or ConnectionAbortedException)
            {
                child.Kill();
                break;
            }

            try
            {
                if (read == 0)
                {
                    break;
                }

                await input.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
                await input.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // git has read all it wants and closed its input; its answer says why.
                break;
            }
        }

        child.CloseInput();
    }

    private static async Task<string> ReadComplaintsAsync(Stream errors)
    {
        var kept = new MemoryStream();
        var buffer = new byte[1024];
        int read;
        while ((read = await errors.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, KeptErrorBytes - kept.Length));
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length).Trim();
    }

    private ProcessStartInfo StartInfo(HttpRequest http, GitRequest request)
    {
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = request.Repository.Path,
        };
        environment.ApplyTo(start);
        var cgi = start.Environment;
        cgi["GATEWAY_INTERFACE"] = "CGI/1.1";
        cgi["SERVER_PROTOCOL"] = "HTTP/1.1";
        cgi["REQUEST_METHOD"] = request.Advertises ? "GET" : "POST";
        cgi["PATH_TRANSLATED"] = request.Repository.Path + (request.Advertises ? "/info/refs" : "/" + request.Service.Name());
        cgi["QUERY_STRING"] = request.Advertises ? "service=" + request.Service.Name() : string.Empty;
        cgi["GIT_HTTP_EXPORT_ALL"] = "1";
        cgi["REMOTE_USER"] = "x-access-token";
        cgi["REMOTE_ADDR"] = "127.0.0.1";
        cgi[WorkflowHook.Variable] = request.MayChangeWorkflows ? WorkflowHook.Allowed : "none";
        Pass("CONTENT_TYPE", http.ContentType);
        Pass("CONTENT_LENGTH", http.ContentLength?.ToString(CultureInfo.InvariantCulture));
        Pass("HTTP_CONTENT_ENCODING", http.Headers.ContentEncoding);
        Pass("GIT_PROTOCOL", http.Headers["Git-Protocol"]);
        return start;

        void Pass(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                cgi[name] = value;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Service} for {Repository} said: {Text}")]
    private partial void Complained(string service, string repository, string text);
}
