using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.GitHub.Rest;
using CursorBroker.Gateway.Tests.Pipeline;
using static CursorBroker.Gateway.Tests.Masking.MaskingTests;
using static CursorBroker.Gateway.Tests.Masking.Secrets;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>Ways to get a secret past masking, or an answer out that was not searched.</summary>
[TestClass]
public sealed class MaskingAttackTests
{
    [TestMethod]
    [DataRow("zstd", DisplayName = "an encoding that is not known")]
    [DataRow("compress")]
    [DataRow("gzip, zstd", DisplayName = "one of several")]
    public async Task Attack_EncodingThatCannotBeUndone_IsRefused(string encoding)
    {
        await using var harness = await StartAsync();
        var upstream = Of("application/json; charset=utf-8", Token);
        upstream.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        harness.Answer(upstream);

        await AssertRefusedAsync(harness, Get(Issues), HttpStatusCode.BadGateway);
    }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("br")]
    [DataRow("deflate")]
    public async Task Attack_CompressedAnswerIsCutOff_NeverEndsWell(string encoding)
    {
        await using var harness = await StartAsync();
        var packed = Pack(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"{i * 7919L} "))), encoding);
        var upstream = Of("application/json; charset=utf-8", packed[..^9]);
        upstream.Content.Headers.ContentEncoding.Add(encoding);
        harness.Answer(upstream);

        await Assert.ThrowsAsync<Exception>(() => harness.Client.GetStringAsync(Issues));
        Assert.IsNotNull((await EndAsync(harness)).Failure);
    }

    [TestMethod]
    public async Task Attack_BodyThatUnpacksToFarTooMuch_IsCutOff()
    {
        await using var harness = await StartAsync();
        harness.Answer(Encoded("application/vnd.github.raw+json; charset=utf-8", new byte[64 * 1024 * 1024], "br"));

        await Assert.ThrowsAsync<Exception>(async () => await (await harness.Client.SendAsync(Get(Blob, "application/vnd.github.raw+json"))).Content.ReadAsByteArrayAsync());
        Assert.Contains("are more than", (await EndAsync(harness)).Failure!);
    }

    [TestMethod]
    public async Task Attack_PartOfATextIsAskedFor_TheWholeIsAnsweredMasked()
    {
        await using var harness = await StartAsync();
        const string body = "TOKEN=" + Token + "\n";
        Follow(harness, request => request.Headers.Range is null ? Of("text/plain", body) : Part(body, 12));

        using var answer = await harness.Client.SendAsync(Get(Asset, "application/octet-stream", "bytes=12-"));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.IsNull(answer.Content.Headers.ContentRange);
        Assert.DoesNotContain("bytes", answer.Headers.AcceptRanges);
        AssertMasked(body, await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Attack_StoreAnswersAPartAlthoughTheWholeIsAskedFor_IsRefused()
    {
        await using var harness = await StartAsync();
        Follow(harness, _ => Part("TOKEN=" + Token + "\n", 12));

        await AssertRefusedAsync(harness, Get(Asset, "application/octet-stream", "bytes=12-"), HttpStatusCode.BadGateway);
    }

    [TestMethod]
    public async Task Part_OfAnArchive_IsAnsweredAsAPart()
    {
        await using var harness = await StartAsync();
        Follow(harness, _ => Part("0123456789", 4, "application/zip"));

        using var answer = await harness.Client.SendAsync(Get(Asset, "application/octet-stream", "bytes=4-"));

        Assert.AreEqual(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.AreEqual("456789", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow("utf-7", DisplayName = "UTF-7, in which a secret has another look")]
    [DataRow("ibm037", DisplayName = "EBCDIC")]
    [DataRow("utf-32")]
    [DataRow("iso-2022-jp")]
    [DataRow("x-made-up")]
    public async Task Attack_CharsetInWhichNothingCanBeSearched_IsRefused(string charset)
    {
        await using var harness = await StartAsync();
        Follow(harness, _ => Of($"text/plain; charset={charset}", Token));

        await AssertRefusedAsync(harness, Get(JobLog), HttpStatusCode.BadGateway);
    }

    [TestMethod]
    public async Task Attack_TextIsCalledAnImageWhereNoOpaqueAnswerWasDecidedOn_IsMasked()
    {
        await using var harness = await StartAsync();
        const string body = "token " + Token + "\n";
        Follow(harness, _ => Of("image/png", body));

        using var answer = await harness.Client.GetAsync(JobLog);

        AssertMasked(body, await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Attack_SecretInAHeader_IsMasked()
    {
        await using var harness = await StartAsync();
        var upstream = RestHarness.Json("[]");
        upstream.Headers.TryAddWithoutValidation("X-GitHub-Media-Type", Token);
        upstream.Headers.TryAddWithoutValidation("Link", $"<https://api.upstream.example/repositories/7/issues?after={Token}>; rel=\"next\"");
        harness.Answer(upstream);

        using var answer = await harness.Client.GetAsync(Issues);

        Assert.DoesNotContain(Token[4..], answer.Headers.ToString());
        Assert.AreEqual(Token.Length, answer.Headers.GetValues("X-GitHub-Media-Type").Single().Length);
        Assert.AreEqual("3.19.0", answer.Headers.GetValues("X-GitHub-Enterprise-Version").Single());
        _ = await EndAsync(harness);
        Assert.AreEqual("header", harness.Pipeline.Ledger.Single<Core.Audit.AnswerMasked>().Findings[0].In);
    }

    [TestMethod]
    public async Task Attack_SecretInAFilesNameOfADownload_IsMasked()
    {
        await using var harness = await StartAsync();
        Follow(harness, _ =>
        {
            var answer = Of("application/zip", "PK");
            answer.Content.Headers.ContentDisposition = ContentDispositionHeaderValue.Parse($"attachment; filename={Token}.zip");
            return answer;
        });

        using var answer = await harness.Client.SendAsync(Get(Asset, "application/octet-stream"));

        Assert.DoesNotContain(Token[4..], answer.Content.Headers.ToString());
    }

    [TestMethod]
    public async Task Attack_UpstreamEchoesTheBrokersOwnToken_IsMasked()
    {
        await using var harness = await StartAsync();
        const string own = "v1.not-like-any-rule-9f8e7d6c5b4a3f2e1d0c";
        Assert.IsTrue(harness.Pipeline.Known.TryAdd(own, DateTimeOffset.UtcNow.AddHours(1)));
        harness.Answer($$"""{"message":"bad credentials {{own}}"}""");

        Assert.DoesNotContain("9f8e7d6c5b4a", await harness.Client.GetStringAsync(Issues));
    }

    [TestMethod]
    public async Task Attack_RuleRevealsAndUpstreamEchoesTheBrokersOwnToken_IsMaskedAllTheSame()
    {
        await using var harness = await StartAsync(Policy + "\n    masking: reveal");
        const string own = "v1.not-like-any-rule-9f8e7d6c5b4a3f2e1d0c";
        Assert.IsTrue(harness.Pipeline.Known.TryAdd(own, DateTimeOffset.UtcNow.AddHours(1)));
        harness.Answer($$"""{"message":"bad credentials {{own}}"}""");

        Assert.DoesNotContain("9f8e7d6c5b4a", await harness.Client.GetStringAsync(Issues));
    }

    [TestMethod]
    public async Task Attack_ValueThatAnotherInstanceHandedOut_IsMasked()
    {
        await using var harness = await StartAsync();
        const string value = "vault value, quite random: 7G#kq0PzLw";
        using var other = Sharing(harness.Pipeline, out _);
        Assert.IsTrue(await other.AddAsync(value, DateTimeOffset.UtcNow.AddHours(1), CancellationToken.None));
        harness.Answer($$"""[{"title":"{{value}}"}]""");

        await harness.Pipeline.Shared.LookAsync(CancellationToken.None);

        Assert.DoesNotContain("7G#kq0PzLw", await harness.Client.GetStringAsync(Issues));
        Assert.DoesNotContain("7G#kq0PzLw", string.Join('\n', harness.Pipeline.State.Records.Values.Select(static record => Encoding.UTF8.GetString(record.Value.Span))));
    }

    [TestMethod]
    public void Attack_CallersOwnTokenTurnsUpInAnAnswer_IsMasked()
    {
        var known = new KnownSecrets(TimeProvider.System);
        var tokens = new CallerTokens(known, TimeProvider.System);
        var token = string.Concat(Enumerable.Range(0, 400).Select(static i => (i * 7919).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        tokens.Add(new(token));
        using var masker = new CursorBroker.Core.Masking.Streams.StreamMasker(MaskRules.Default, MaskKey.Create(), known);
        var output = new System.Buffers.ArrayBufferWriter<byte>();

        masker.Push(Encoding.ASCII.GetBytes(token), end: true, output);

        Assert.DoesNotContain(token[^1000..], Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [TestMethod]
    public async Task Attack_StateIsDownSoThatWhatOthersHandedOutIsNotKnown_NothingIsAnswered()
    {
        await using var harness = await StartAsync();
        harness.Answer("[]");
        harness.Pipeline.MaskTime.Advance(SharedSecrets.Patience);

        using var answer = await harness.Client.GetAsync(Issues);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsEmpty(harness.Sent, "nor is anything asked");
    }

    [TestMethod]
    [DataRow(0, 1, DisplayName = "what is revealed is asked for first")]
    [DataRow(1, 0)]
    public async Task Attack_WhatIsMaskedIsAskedForTogetherWithWhatIsRevealed_IsMasked(int first, int second)
    {
        await using var harness = await PipelineHarness.StartAsync(policyText: """
            version: 1
            issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
            rules:
              - { id: issues, who: { groups: [dev] }, repositories: [acme/payments-*], allow: { issues: read }, masking: reveal }
              - { id: contents, who: { groups: [dev] }, repositories: [acme/payments-*], allow: { contents: read } }
            """);
        var repository = Core.Operations.RepositoryName.Parse("acme/payments-api");
        Core.Operations.Operation[] both =
        [
            Core.Operations.Operation.Api(repository, [Core.Operations.PermissionSet.Of("issues", Core.Operations.Access.Read)], new("GET /x")),
            Core.Operations.Operation.GitRead(repository),
        ];
        harness.Room.Classify = () => new TestRequest([both[first], both[second]]);
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good(Token);

        var body = await (await harness.Client.GetAsync("/x")).Content.ReadAsStringAsync();

        AssertMasked(Token, body);
    }

    [TestMethod]
    public async Task Attack_SecretIsInWhatARefusalNames_IsMaskedThereAndInItsRecord()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new Refusal(Stage.Classify, RefusalKind.NotFound, new CallerText($"No branch {Token} there"), $"branch {Token}");

        var said = await (await harness.Client.GetAsync("/x")).Content.ReadAsStringAsync();

        Assert.DoesNotContain(Token[4..], said);
        Assert.DoesNotContain(Token[4..], harness.Ledger.Single<Core.Audit.RequestRefused>().Detail);
    }

    [TestMethod]
    public void Attack_SecretInAnApproversWords_IsMaskedAndTheLinkStays()
    {
        var masking = new AnswerMasking(MaskRules.Default, MaskKey.Create(), new KnownSecrets(TimeProvider.System), mayBeOpaque: false, reveals: false, canBlock: false);
        var (id, link) = (Core.Approvals.ApprovalId.New(), new Uri("https://broker.example.com/approvals/"));
        link = new Uri(link, id.Value);
        var refusal = new Refusal(Stage.Approve, RefusalKind.Denied, new CallerText($"approval denied by Lena: use {Token} instead ({link})"), $"{id.Value} denied: {Token}")
        {
            Approval = new(id, Core.Approvals.ApprovalStatus.Denied, link),
        };

        var masked = masking.MaskTexts(refusal);

        Assert.DoesNotContain(Token, masked.Message.Value);
        Assert.DoesNotContain(Token, masked.Detail);
        Assert.EndsWith($" instead ({link})", masked.Message.Value);
        Assert.StartsWith($"{id.Value} denied: ", masked.Detail);
        Assert.AreEqual(refusal.Approval, masked.Approval);
    }

    [TestMethod]
    public async Task Attack_MaskerFails_TheAnswerIsRefusedAndNothingOfItIsOut()
    {
        var masking = new AnswerMasking(MaskRules.Default, MaskKey.Create(), new KnownSecrets(new BrokenTime()), mayBeOpaque: false, reveals: false, canBlock: false);
        await using var stream = new MaskedStream(new MemoryStream(Encoding.UTF8.GetBytes(Token)), masking, AnswerForm.Text);

        var refused = await Assert.ThrowsExactlyAsync<AnswerRefusedException>(() => stream.ReadAsync(new byte[100]).AsTask());

        Assert.AreEqual(RefusalKind.Internal, refused.Refusal.Kind);
        Assert.DoesNotContain(Token, refused.Refusal.Detail);
    }

    private static HttpResponseMessage Part(string body, int from, string type = "text/plain")
    {
        var part = Of(type, body[from..], HttpStatusCode.PartialContent);
        part.Content.Headers.ContentRange = new(from, body.Length - 1, body.Length);
        part.Headers.AcceptRanges.Add("bytes");
        return part;
    }

    private static async Task AssertRefusedAsync(RestHarness harness, HttpRequestMessage request, HttpStatusCode expected)
    {
        using var answer = await harness.Client.SendAsync(request);
        Assert.AreEqual(expected, answer.StatusCode);
        var body = await RestHarness.RefusalAsync(answer);
        Assert.DoesNotContain(Token, body.ToJsonString());
        Assert.StartsWith("r-", (string?)body["broker"]!["reference"] ?? "");
    }

    private static SharedSecrets Sharing(PipelineHarness pipeline, out KnownSecrets known)
    {
        known = new KnownSecrets(TimeProvider.System);
        return new SharedSecrets(pipeline.State, new FakeSealer(), pipeline.Root, known, pipeline.MaskTime, Microsoft.Extensions.Logging.Abstractions.NullLogger<SharedSecrets>.Instance);
    }

    private sealed class BrokenTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("broken");
    }
}
