using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.Git.Pushing;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Git;

/// <summary>One request to the git room, and what became of it.</summary>
internal sealed class GitCall
{
    public const string A = "1111111111111111111111111111111111111111";
    public const string B = "2222222222222222222222222222222222222222";
    public const string C = "3333333333333333333333333333333333333333";
    public const string Zero = "0000000000000000000000000000000000000000";
    public const string Flush = "<flush>";
    public const string Delimiter = "<delim>";
    public const string Fetch = "git-upload-pack";
    public const string Push = "git-receive-pack";
    public const string Pack = "PACK\0\0\0\u0002\0\0\0\0rest of the pack";

    /// <summary>What a request that needs no upstream is answered with.</summary>
    public static Answering Answering(HttpContext context) => new(
        context,
        new Caller
        {
            Issuer = "https://id.example",
            Person = new PersonId("https://id.example", "u-1"),
            Kind = CallerKind.Person,
            Client = "",
            Groups = [],
            DisplayName = "Una",
        },
        PolicyCompiler.Compile("version: 1\nissuers: [{ issuer: https://id.example, audiences: [broker] }]\nrules: [{ id: all, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: read } }]").Policy!,
        new SessionId("s-1"),
        "r-1")
    {
        Mask = static (body, _) => body,
        Record = static _ => throw new InvalidOperationException("Nothing is recorded here."),
    };

    public static readonly RepositoryIdentity Repository = new(42, RepositoryName.Parse("Acme/Pay"));
    public static readonly RefVisibility MainOnly = RefVisibility.Matching([Glob.Compile("refs/heads/main")]);

    public GitCall(string method, string target, string? contentType = null, byte[]? body = null)
    {
        Context.Features.Set<IHttpResponseFeature>(new Ending(_ends));
        Context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        Context.Request.Method = method;
        Context.Request.Body = new MemoryStream(body ?? []);
        if (contentType is not null)
        {
            Context.Request.Headers.ContentType = contentType;
        }

        Context.Response.Body = new Written(_body);
    }

    private readonly List<Func<Task>> _ends = [];
    private readonly ArrayBufferWriter<byte> _body = new();

    public DefaultHttpContext Context { get; } = new();

    public MemoryState State { get; init; } = new();

    public FakeTimeProvider Time { get; init; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public GitRoomOptions Options { get; init; } = new();

    public InspectionOptions Inspection { get; init; } = new();

    public string Answer => Encoding.UTF8.GetString(_body.WrittenSpan);

    public HeadBudget? Budget { get; init; }

    public SpoolBudget? Spools { get; init; }

    public GitRoom Room => new(
        new ShownTips(State, Time),
        Budget ?? new HeadBudget(Options),
        new PushServices(
            new PushExaminer(Spools ?? new SpoolBudget(Inspection), new InspectionTurns(Inspection, Time), Inspection, Options, MadeSecrets.Scanners),
            new SnapshotBuilder(new WithholdingMasker(), new SnapshotLimits()),
            Time),
        Inspector,
        Options);

    /// <summary>Looks into what is fetched where the policy wants that.</summary>
    public OpaqueInspector Inspector => field ??= new(Scanners, Verdicts, new SharedVerdicts(State, Time), Spools ?? new SpoolBudget(Inspection), Turns, Inspection, Time);

    public InspectionTurns Turns => field ??= new(Inspection, Time);

    public ISecretScanners Scanners { get; init; } = new MadeScanners();

    public ScanVerdicts Verdicts { get; init; } = new(1000);

    /// <summary>Ends the request, so that what it held is given back.</summary>
    public async Task EndAsync()
    {
        foreach (var end in _ends.AsEnumerable().Reverse())
        {
            await end();
        }

        _ends.Clear();
    }

    public static GitCall Post(string service, bool v2, params string[] packets) => PostBytes(service, v2, Packets(packets));

    public static GitCall PostBytes(string service, bool v2, byte[] body)
    {
        var call = new GitCall("POST", $"/acme/pay/{service}", $"application/x-{service}-request", body);
        return v2 ? call.With("Git-Protocol", "version=2") : call;
    }

    public static Grant Grant(RefVisibility? visible = null, OpaqueHandling opaque = OpaqueHandling.Allow) =>
        new(RepositoryName.Parse("acme/pay"), PermissionSet.ContentsRead, TimeSpan.FromMinutes(5), visible ?? RefVisibility.Everything, opaque, "rule");

    public GitCall With(string header, string value)
    {
        Context.Request.Headers.Append(header, value);
        return this;
    }

    public GitCall Over(Stream body)
    {
        Context.Request.Body = body;
        return this;
    }

    public ValueTask<Outcome<ProtocolRequest>> ClassifyAsync() => Room.ClassifyAsync(Context, CancellationToken.None);

    public async Task<ProtocolRequest> UnderstoodAsync()
    {
        var outcome = await ClassifyAsync();
        Assert.IsNull(outcome.Refusal, outcome.Refusal?.Detail);
        return outcome.Value!;
    }

    public async Task<RefusalKind?> RefusedAsync() => (await ClassifyAsync()).Refusal?.Kind;

    public async Task RefuseAsync(ProtocolRequest? request, RefusalKind kind, string message, params OperationRefusal[] operations) =>
        await Room.RefuseAsync(
            Context,
            request,
            new(Stage.Authorize, kind, new CallerText(message), "detail nobody may read") { Reference = "r-1", Operations = [.. operations] },
            CancellationToken.None);

    public static byte[] Packets(params string[] lines)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            switch (line)
            {
                case Flush:
                    PktLineWriter.WriteFlush(output);
                    break;
                case Delimiter:
                    PktLineWriter.WriteDelimiter(output);
                    break;
                case var _ when line.StartsWith("PACK", StringComparison.Ordinal):
                    output.Write(Encoding.Latin1.GetBytes(line));
                    break;
                default:
                    PktLineWriter.WriteData(output, Encoding.UTF8.GetBytes(line));
                    break;
            }
        }

        return output.WrittenSpan.ToArray();
    }

    public static string Text(params string[] lines) => Encoding.UTF8.GetString(Packets(lines));

    public static async Task<string> BodyOf(UpstreamExchange exchange)
    {
        using var body = new MemoryStream();
        await exchange.Body!.CopyToAsync(body);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    /// <summary>What the caller gets when the upstream answers with these packets.</summary>
    public static async Task<string> FilteredAsync(UpstreamExchange exchange, params string[] upstream)
    {
        using var caller = new MemoryStream();
        var writer = PipeWriter.Create(caller, new StreamPipeWriterOptions(leaveOpen: true));
        using var answer = new HttpResponseMessage();
        await exchange.Answer.FilterFor(answer, Mask)!(PipeReader.Create(new MemoryStream(Packets(upstream))), writer, CancellationToken.None);
        await writer.CompleteAsync();
        return Encoding.UTF8.GetString(caller.ToArray());
    }

    /// <summary>Turns digits into stars.</summary>
    private static ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> text)
    {
        var masked = text.ToArray();
        foreach (ref var item in masked.AsSpan())
        {
            item = char.IsAsciiDigit((char)item) ? (byte)'*' : item;
        }

        return masked;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    /// <summary>A response that remembers what is to happen when it is over.</summary>
    private sealed class Ending(List<Func<Task>> ends) : HttpResponseFeature
    {
        public override void OnCompleted(Func<object, Task> callback, object state) => ends.Add(() => callback(state));
    }

    /// <summary>Keeps what is written.</summary>
    private sealed class Written(ArrayBufferWriter<byte> bytes) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => bytes.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => bytes.Write(buffer);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            bytes.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
