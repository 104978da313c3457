using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace CursorBroker.Azurite.Tests;

/// <summary>What happens to a request between client and service.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The service does the work; its answer is lost.</summary>
    AnswerLost,

    /// <summary>The request is lost; the service never sees it.</summary>
    RequestLost,

    /// <summary>503 ServerBusy, without the work.</summary>
    Busy,

    /// <summary>500, without the work: the client cannot know.</summary>
    ErrorBefore,

    /// <summary>500, after the work.</summary>
    ErrorAfter,

    /// <summary>403, without the work.</summary>
    Denied,

    /// <summary>The answer breaks off within its body.</summary>
    BodyBroken,
}

/// <summary>Stands between client and service and does what a test has scripted.</summary>
internal sealed class FaultTransport : HttpPipelineTransport
{
    private readonly List<string> _seen = [];

    /// <summary>Decides over a request; called for each try.</summary>
    public Func<Request, Fault> Decide { get; set; } = static _ => Fault.None;

    /// <summary>Runs after the service has done its work and before its answer is handed on or lost.</summary>
    public Func<Request, Task> Meanwhile { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Methods and paths, in order.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>The faults of the first writes (PUT), one each; then none.</summary>
    public void OnWrites(params Fault[] faults)
    {
        var left = new Queue<Fault>(faults);
        Decide = request =>
        {
            lock (left)
            {
                return request.Method == RequestMethod.Put && left.TryDequeue(out var fault) ? fault : Fault.None;
            }
        };
    }

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        lock (_seen)
        {
            _seen.Add($"{message.Request.Method} {message.Request.Uri.Path}");
        }

        var fault = Decide(message.Request);
        if (fault is Fault.None or Fault.AnswerLost or Fault.ErrorAfter or Fault.BodyBroken)
        {
            await HttpClientTransport.Shared.ProcessAsync(message);
            await Meanwhile(message.Request);
        }

        switch (fault)
        {
            case Fault.AnswerLost or Fault.RequestLost:
                throw new RequestFailedException("The connection was reset.", new IOException("The connection was reset."));
            case Fault.Busy:
                message.Response = new ScriptedResponse(503, "ServerBusy");
                break;
            case Fault.ErrorBefore or Fault.ErrorAfter:
                message.Response = new ScriptedResponse(500, "InternalError");
                break;
            case Fault.Denied:
                message.Response = new ScriptedResponse(403, "AuthorizationPermissionMismatch");
                break;
            case Fault.BodyBroken:
                message.Response.ContentStream = new BreakingStream(message.Response.ContentStream!);
                break;
            default:
                break;
        }
    }

    public override void Process(HttpMessage message) =>
        throw new NotSupportedException("The stores are asynchronous.");

    /// <summary>Gives some bytes, then fails.</summary>
    private sealed class BreakingStream(Stream inner) : MemoryStream
    {
        private int _left = 5000;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
            {
                throw new IOException("The connection was reset.");
            }

            var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>An answer with a status and the service's error code, in header and body as the service sends it.</summary>
    private sealed class ScriptedResponse(int status, string code) : Response
    {
        private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["x-ms-error-code"] = code,
            ["Content-Type"] = "application/xml",
        };

        public override int Status => status;

        public override string ReasonPhrase => code;

        public override Stream? ContentStream { get; set; } = new MemoryStream(
            Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Scripted.</Message></Error>"));

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers.Select(static header => new HttpHeader(header.Key, header.Value));

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => _headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
