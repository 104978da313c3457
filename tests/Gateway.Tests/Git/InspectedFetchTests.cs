using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using static CursorBroker.Gateway.Tests.Git.GitCall;

namespace CursorBroker.Gateway.Tests.Git;

[TestClass]
public sealed class InspectedFetchTests
{
    // In two parts, so that this file is none.
    private const string Secret = "ghp_" + "OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";
    private const string Sections = "acknowledgments\n";

    private static readonly byte[] Clean = new MadePush().Pack;
    private static readonly byte[] Dirty = new MadePush(Encoding.ASCII.GetBytes($"replicas: 3\n# {Secret}\n")).Pack;

    [TestMethod]
    public async Task Fetch_ToBeInspected_IsAskedForWithoutThinPack()
    {
        // Attack: a delta against what the client has and the broker has not.
        var call = V2("thin-pack", "ofs-delta", "done");

        var (exchange, _) = await RebuiltAsync(call);

        var sent = await BodyOf(exchange);
        Assert.DoesNotContain("thin-pack", sent);
        Assert.Contains("ofs-delta", sent);
    }

    [TestMethod]
    public async Task Pack_WithoutASecret_PassesAsItCame_InItsSections()
    {
        var (exchange, answered) = await AnsweredAsync(V2("done"), [.. Packets(Sections, $"ACK {A}\n", "ready\n", Delimiter, "packfile\n"), .. Banded(2, "Counting objects: 4\r"), .. Banded(1, Clean[..50]), .. Banded(1, Clean[50..]), .. Packets(Flush)]);

        Assert.AreEqual(
            Encoding.Latin1.GetString([.. Packets(Sections, $"ACK {A}\n", "ready\n", Delimiter, "packfile\n"), .. Banded(2, "Counting objects: 4\r"), .. Banded(1, Clean), .. Packets(Flush)]),
            answered);
        Assert.AreEqual((5L, 0L), (exchange.Inspection!.Inspected!.Parts, exchange.Inspection.Inspected.Remembered));
        Assert.IsNull(exchange.Inspection.Refusal);
    }

    [TestMethod]
    public async Task Pack_WithASecret_IsRefusedInAnAnswerOfItsOwn()
    {
        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(V2("done"), Answer(Dirty)));

        Assert.AreEqual(RefusalKind.OpaqueRefused, thrown.Refusal.Kind);
        Assert.Contains($"{MadePush.Path}:2 (rule github-personal-access-token", thrown.Refusal.Message.Value);
        Assert.DoesNotContain(Secret, thrown.Refusal.ToString());
    }

    [TestMethod]
    public async Task Pack_WithASecret_AfterProgress_NothingOfItPasses()
    {
        var (exchange, answered) = await AnsweredAsync(V2("done"), [.. Packets("packfile\n"), .. Banded(2, "Counting\r"), .. Banded(1, Dirty), .. Packets(Flush)]);

        Assert.DoesNotContain("PACK", answered);
        Assert.DoesNotContain(Secret, answered);
        Assert.Contains($"\u0002CursorBroker: {MadePush.Path}:2 (rule github-personal-access-token", answered);
        Assert.Contains("\u0003CursorBroker: policy: there is a secret in it", answered);
        Assert.Contains("(reference r-9)", answered);
        Assert.AreEqual(RefusalKind.OpaqueRefused, exchange.Inspection!.Refusal!.Kind);
        Assert.HasCount(1, exchange.Inspection.Inspected!.Secrets);
    }

    [TestMethod]
    public async Task Negotiation_HasNoPack_AndPassesAsItCame()
    {
        var round = Packets(Sections, $"ACK {A}\n", Flush);

        var (exchange, answered) = await AnsweredAsync(V2($"have {A}"), round);

        Assert.AreEqual(Encoding.Latin1.GetString(round), answered);
        Assert.IsNull(exchange.Inspection!.Inspected);
    }

    [TestMethod]
    public async Task Negotiation_OfV0_PassesAsItCame()
    {
        var round = Packets($"ACK {A} common\n", "NAK\n");

        Assert.AreEqual(Encoding.Latin1.GetString(round), (await AnsweredAsync(V0("side-band-64k multi_ack_detailed"), round)).Answered);
    }

    [TestMethod]
    [DataRow("side-band-64k", 65_520)]
    [DataRow("side-band", 1000)]
    public async Task Pack_OfV0_PassesInPacketsThatTheClientTakes(string band, int largest)
    {
        var pack = new MadePush(Random(3000)).Pack;
        byte[] answer = [.. Packets("shallow " + A, Flush, "NAK\n"), .. Banded(1, pack), .. Packets(Flush)];

        var (_, answered) = await AnsweredAsync(V0(band), answer);

        var packets = await PacketsOf(answered);
        Assert.AreEqual($"shallow {A}", packets[0]);
        Assert.AreEqual("NAK\n", packets[2]);
        Assert.IsTrue(packets.All(packet => packet.Length + PktLine.HeaderLength <= largest));
        Assert.AreEqual(Encoding.Latin1.GetString(pack), string.Concat(packets.Where(static packet => packet.StartsWith('\u0001')).Select(static packet => packet[1..])));
    }

    [TestMethod]
    public async Task Fetch_WithoutSideBand_IsRefused()
    {
        // Attack: a pack that begins without a word, so that nobody knows where.
        var request = await V0("ofs-delta").UnderstoodAsync();

        var refusal = await request.VerifyAsync(new FakeUpstream(), Grant(opaque: OpaqueHandling.Inspect), CancellationToken.None);

        Assert.AreEqual(RefusalKind.NotSupported, refusal!.Kind);
    }

    [TestMethod]
    [DataRow(200, DisplayName = "within the pack")]
    [DataRow(60, DisplayName = "within a packet")]
    [DataRow(30, DisplayName = "before the pack")]
    public async Task Answer_CutShort_IsRefusedAndNothingOfItPasses(int keep)
    {
        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(V2("done"), Answer(Clean)[..keep]));

        Assert.AreEqual(RefusalKind.UpstreamFailed, thrown.Refusal.Kind);
    }

    [TestMethod]
    public async Task Pack_ThatDoesNotAddUp_IsRefusedAndNothingOfItPasses()
    {
        // Attack: a pack that git's reader and the broker's would read in two ways.
        var bad = (byte[])Clean.Clone();
        bad[^1] ^= 1;

        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(V2("done"), Answer(bad)));

        Assert.Contains("cannot be read", thrown.Refusal.Message.Value);
    }

    [TestMethod]
    [DataRow("packfile-uris\n")]
    [DataRow("something-new\n")]
    public async Task Section_ThatIsNotKnown_IsRefused(string section)
    {
        // Attack: a pack that is somewhere else, at an address for the client to follow.
        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(V2("done"), Packets(section, $"{A} https://elsewhere.example/pack", Delimiter, "packfile\n", Flush)));

        Assert.Contains("cannot be read", thrown.Refusal.Message.Value);
    }

    [TestMethod]
    public async Task Upstream_Refuses_ItsWordsArePassedOn()
    {
        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(V2("done"), Packets($"ERR upload-pack: not our ref {A}")));

        Assert.Contains($"not our ref {A}", thrown.Refusal.Message.Value);
    }

    [TestMethod]
    public async Task Upstream_RefusesWithinThePack_AfterProgress_IsToldOnTheBand()
    {
        var (exchange, answered) = await AnsweredAsync(V2("done"), [.. Packets("packfile\n"), .. Banded(2, "Counting\r"), .. Banded(3, "out of memory")]);

        Assert.Contains("\u0003CursorBroker: GitHub: out of memory (reference r-9)", answered);
        Assert.AreEqual(RefusalKind.UpstreamFailed, exchange.Inspection!.Refusal!.Kind);
    }

    [TestMethod]
    public async Task Spool_TakenByOthers_IsRefusedToComeAgain_InGitsOwnWords()
    {
        var options = new InspectionOptions { MaxSpooledBytes = Clean.Length + 10 };
        var budget = new SpoolBudget(options);
        using var others = budget.Open();
        await others.AppendAsync(new byte[20], CancellationToken.None);
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Inspection = options, Spools = budget });

        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(call, Answer(Clean)));

        Assert.AreEqual((503, TimeSpan.FromSeconds(10)), (thrown.Refusal.HttpStatus, thrown.Refusal.RetryAfter));
        var refused = V2("done");
        await call.Room.RefuseAsync(call.Context, await refused.UnderstoodAsync(), thrown.Refusal, CancellationToken.None);
        Assert.AreEqual("10", call.Context.Response.Headers.RetryAfter.ToString());
        Assert.Contains("ERR Too much is being inspected at once; try again.", call.Answer);
    }

    [TestMethod]
    public async Task Pack_LargerThanAllThereIs_IsRefusedForGood()
    {
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Inspection = new() { MaxSpooledBytes = 100 } });

        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(call, Answer(Clean)));

        Assert.AreEqual(RefusalKind.TooLarge, thrown.Refusal.Kind);
        Assert.Contains("--depth", thrown.Refusal.Message.Value);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Spool_IsGivenBack_WhateverCameOfIt(bool isClean)
    {
        var options = new InspectionOptions();
        var budget = new SpoolBudget(options);
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Inspection = options, Spools = budget });
        var answer = AnsweredAsync(call, Answer(isClean ? Clean : Dirty));
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.AreEqual(isClean, answer.IsCompletedSuccessfully);

        using var all = budget.Open();
        await all.AppendAsync(new byte[1], CancellationToken.None);
        Assert.AreEqual(1, budget.Held);
    }

    [TestMethod]
    public async Task Objects_KnownToBeClean_AreNotScannedAgain_UntilTheRulesChange()
    {
        var scanners = new MadeScanners();
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Scanners = scanners });
        await AnsweredAsync(call, Answer(Clean));

        var again = (await AnsweredAsync(call, Answer(Clean))).Exchange.Inspection!.Inspected!;
        Assert.AreEqual((5L, 5L, 0L), (again.Parts, again.Remembered, again.Bytes));
        scanners.Generation = "2";
        Assert.AreEqual(0, (await AnsweredAsync(call, Answer(Clean))).Exchange.Inspection!.Inspected!.Remembered);
    }

    [TestMethod]
    public async Task Pack_ThatAnotherInstanceFoundClean_IsNotScannedAgain_UntilTheRulesChange()
    {
        var (state, large) = (new MemoryState(), new MadePush(Random(2 << 20)).Pack);
        var first = (await AnsweredAsync(Instance(state), Answer(large))).Exchange.Inspection!.Inspected!;

        var second = (await AnsweredAsync(Instance(state), Answer(large))).Exchange.Inspection!.Inspected!;

        Assert.IsGreaterThan(2 << 20, first.Bytes);
        Assert.AreEqual((5L, 5L, 0L), (second.Parts, second.Remembered, second.Bytes));
        Assert.AreEqual(0, (await AnsweredAsync(Instance(state, "2"), Answer(large))).Exchange.Inspection!.Inspected!.Remembered);
    }

    [TestMethod]
    public async Task Pack_WithASecret_IsNoOthersCleanOne()
    {
        var (state, large) = (new MemoryState(), new MadePush([.. Random(2 << 20), .. Encoding.ASCII.GetBytes($"\n{Secret}\n")]).Pack);
        await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(Instance(state), Answer(large)));

        await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(Instance(state), Answer(large)));
        Assert.IsFalse(state.Records.Keys.Any(static key => key.Collection == "clean-packs"));
    }

    [TestMethod]
    public async Task Verdicts_ThatCannotBeRead_LetNothingThrough()
    {
        var state = new MemoryState();
        var call = Instance(state);
        var (exchange, _) = await RebuiltAsync(call);
        state.IsDown = true;

        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => ((TypedAnswer)exchange.Answer).Masking!(static text => text)(
            PipeReader.Create(new MemoryStream(Answer(new MadePush(Random(2 << 20)).Pack))), PipeWriter.Create(Stream.Null), CancellationToken.None));

        Assert.AreEqual(RefusalKind.Unavailable, thrown.Refusal.Kind);
    }

    private static GitCall Instance(MemoryState state, string generation = "1") => V2(
        new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { State = state, Scanners = new MadeScanners { Generation = generation } });

    [TestMethod]
    public async Task Rules_ThatCannotBeHad_LetNothingThrough()
    {
        var scanners = new MadeScanners { Trouble = Refusals.Unavailable(Stage.Examine, "The broker has no valid policy.", "none") };
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Scanners = scanners });

        var thrown = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => AnsweredAsync(call, Answer(Clean)));

        Assert.AreEqual(RefusalKind.Unavailable, thrown.Refusal.Kind);
    }

    [TestMethod]
    public async Task Inspection_ThatTakesAWhile_KeepsTheConnectionAlive()
    {
        // Somebody else's turn: the pack waits for it, however often the clock is moved on before anybody looks at it.
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Inspection = new() { MaxInspections = 1, MaxInspectionTime = TimeSpan.FromDays(40) } });
        var turn = new TaskCompletionSource();
        var other = call.Turns.RunAsync<string>(async _ => { await turn.Task; return "done"; }, CancellationToken.None);
        var (exchange, _) = await RebuiltAsync(call);
        var pipe = new Pipe();

        var filter = ((TypedAnswer)exchange.Answer).Masking!(static text => text)(PipeReader.Create(new MemoryStream(Answer(Clean))), pipe.Writer, CancellationToken.None);
        var heard = "";
        while (!heard.EndsWith("0005\u0001" + "0005\u0001", StringComparison.Ordinal))
        {
            Assert.IsFalse(filter.IsCompleted);
            call.Time.Advance(TimeSpan.FromSeconds(1));
            heard += pipe.Reader.TryRead(out var read) ? Taken(pipe.Reader, read) : "";
            await Task.Yield();
        }

        Assert.AreEqual(Encoding.Latin1.GetString(Packets("packfile\n")), heard.Replace("0005\u0001", "", StringComparison.Ordinal));
        turn.SetResult();
        await filter;
        await other;
        Assert.Contains("PACK", Taken(pipe.Reader, await pipe.Reader.ReadAsync()));
    }

    [TestMethod]
    public async Task Caller_WhoGoesAwayMeanwhile_LeavesNothingBehind()
    {
        var options = new InspectionOptions { MaxInspections = 1 };
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Inspection = options, Spools = new SpoolBudget(options) });
        var turn = new TaskCompletionSource();
        var other = call.Turns.RunAsync<string>(async _ => { await turn.Task; return "done"; }, CancellationToken.None);
        var (exchange, _) = await RebuiltAsync(call);
        using var gone = new CancellationTokenSource();

        var filter = ((TypedAnswer)exchange.Answer).Masking!(static text => text)(PipeReader.Create(new MemoryStream(Answer(Clean))), PipeWriter.Create(Stream.Null), gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => filter);
        Assert.AreEqual(0, call.Spools!.Held);
        turn.SetResult();
        await other;
    }

    [TestMethod]
    public async Task Turn_ThatNeverComes_IsRefusedToComeAgain()
    {
        var call = V2(new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Body("done")) { Inspection = new() { MaxInspections = 1, MaxInspectionTime = TimeSpan.FromDays(1) } });
        var turn = new TaskCompletionSource();
        var other = call.Turns.RunAsync<string>(async _ => { await turn.Task; return "done"; }, CancellationToken.None);
        var (exchange, _) = await RebuiltAsync(call);
        using var caller = new MemoryStream();

        var filter = ((TypedAnswer)exchange.Answer).Masking!(static text => text)(PipeReader.Create(new MemoryStream(Answer(Clean))), PipeWriter.Create(caller), CancellationToken.None);
        while (!filter.IsCompleted)
        {
            call.Time.Advance(TimeSpan.FromHours(6));
            await Task.Yield();
        }

        await filter;
        Assert.Contains("Too much is being inspected at once", Encoding.Latin1.GetString(caller.ToArray()));
        Assert.AreEqual(RefusalKind.Unavailable, exchange.Inspection!.Refusal!.Kind);
        turn.SetResult();
        await other;
    }

    private static string Taken(PipeReader reader, ReadResult read)
    {
        var text = Encoding.Latin1.GetString(read.Buffer.ToArray());
        reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static byte[] Body(params string[] arguments) => Packets(["command=fetch", Delimiter, .. arguments, $"want {A}", Flush]);

    private static GitCall V2(GitCall call) => call.With("Git-Protocol", "version=2");

    private static GitCall V2(params string[] arguments) => PostBytes(Fetch, true, Body(arguments));

    private static GitCall V0(string capabilities) => Post(Fetch, false, $"want {A} {capabilities}\n", Flush, "done\n");

    private static byte[] Answer(byte[] pack) => [.. Packets("packfile\n"), .. Banded(1, pack), .. Packets(Flush)];

    private static byte[] Banded(byte band, string text) => Banded(band, Encoding.ASCII.GetBytes(text));

    private static byte[] Banded(byte band, byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        PktLineWriter.WriteSideBand(output, band, bytes);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static async Task<List<string>> PacketsOf(string answer)
    {
        var reader = new PktLineReader(PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(answer))));
        var packets = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { Kind: PktLineKind.Data or PktLineKind.Flush } packet)
        {
            packets.Add(Encoding.Latin1.GetString(packet.Payload.Span));
        }

        return packets;
    }

    private static async Task<(UpstreamExchange Exchange, ProtocolRequest Request)> RebuiltAsync(GitCall call)
    {
        call.Context.Request.Body.Position = 0;
        var request = await call.UnderstoodAsync();
        var grant = Grant(opaque: OpaqueHandling.Inspect);
        Assert.IsNull((await request.VerifyAsync(new FakeUpstream([$"{A} refs/heads/main", Flush]), grant, CancellationToken.None))?.Detail);
        var exchange = request.Rebuild(Repository, grant);
        exchange.Inspection!.Reference = "r-9";
        return (exchange, request);
    }

    private static async Task<(UpstreamExchange Exchange, string Answered)> AnsweredAsync(GitCall call, byte[] upstream)
    {
        var (exchange, _) = await RebuiltAsync(call);
        using var caller = new MemoryStream();
        var writer = PipeWriter.Create(caller, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            await ((TypedAnswer)exchange.Answer).Masking!(static text => text)(PipeReader.Create(new MemoryStream(upstream)), writer, CancellationToken.None);
        }
        catch (AnswerRefusedException)
        {
            Assert.AreEqual(0, caller.Length, "nothing may be out when it is refused so");
            throw;
        }

        await writer.CompleteAsync();
        return (exchange, Encoding.Latin1.GetString(caller.ToArray()));
    }
}
