using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace CursorBroker.Azurite.Tests;

/// <summary>What happens to a request between client and service.</summary>
internal enum Fault
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
}

/// <summary>Stands between client and service and does what a test has scripted.</summary>
internal sealed class FaultPolicy : HttpPipelinePolicy
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

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        lock (_seen)
        {
            _seen.Add($"{message.Request.Method} {message.Request.Uri.Path}");
        }

        var fault = Decide(message.Request);
        if (fault is Fault.None or Fault.AnswerLost or Fault.ErrorAfter)
        {
            await ProcessNextAsync(message, pipeline);
            await Meanwhile(message.Request);
        }

        switch (fault)
        {
            case Fault.AnswerLost or Fault.RequestLost:
                throw new IOException("The connection was reset.");
            case Fault.Busy:
                message.Response = new ScriptedResponse(503, "ServerBusy");
                break;
            case Fault.ErrorBefore or Fault.ErrorAfter:
                message.Response = new ScriptedResponse(500, "InternalError");
                break;
            default:
                break;
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The stores are asynchronous.");

    /// <summary>An answer with a status and the service's error code.</summary>
    private sealed class ScriptedResponse(int status, string code) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => code;

        public override Stream? ContentStream { get; set; } = new MemoryStream();

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new HttpHeader("x-ms-error-code", code)];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = name.Equals("x-ms-error-code", StringComparison.OrdinalIgnoreCase) ? code : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
