using System.Net;
using System.Text;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>What the pipeline promises, whichever protocol is plugged in.</summary>
[TestClass]
public sealed class RequestPipelineTests
{
    private static readonly RepositoryName Payments = RepositoryName.Parse("acme/payments-api");
    private static readonly GitOid One = GitOid.Parse(new string('1', 40));
    private static readonly GitOid Two = GitOid.Parse(new string('2', 40));

    [TestMethod]
    public async Task Request_Allowed_IsForwardedRebuiltWithACredentialOfItsOwn()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();

        using var answer = await harness.Client.GetAsync("/whatever?the=caller&wrote");

        Assert.AreEqual("upstream says", await answer.Content.ReadAsStringAsync());
        var sent = harness.Upstream.Requests.Single();
        Assert.AreEqual("https://git.upstream.example/Acme/Payments-API.git/info/refs?service=git-upload-pack", sent.RequestUri!.AbsoluteUri);
        var basic = Encoding.ASCII.GetString(Convert.FromBase64String(sent.Headers.Authorization!.Parameter!));
        Assert.AreEqual($"x-access-token:{FakeVault.Secret}", basic);
        Assert.AreEqual((Payments, PermissionSet.ContentsRead, TimeSpan.FromMinutes(7)), harness.Vault.Asked.Single());
        await harness.Vault.ReleasedAsync(1);
    }

    [TestMethod]
    public async Task Request_CallersHeaders_NoneReachesTheUpstream()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        foreach (var name in (string[])["Cookie", "X-Forwarded-For", "X-HTTP-Method-Override", "Range", "If-None-Match", "X-GitHub-Api-Version", "Accept-Encoding", "Referer", "traceparent", "X-MS-CLIENT-PRINCIPAL"])
        {
            request.Headers.TryAddWithoutValidation(name, "from-the-caller");
        }

        using var answer = await harness.Client.SendAsync(request);

        var names = harness.Upstream.Requests.Single().Headers.Select(static header => header.Key).Order();
        Assert.AreEqual("Accept, Authorization, User-Agent", string.Join(", ", names));
    }

    [TestMethod]
    public async Task Request_GetWithABodyAndAnUpgrade_NeitherReachesTheUpstream()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x") { Content = new StringContent("smuggled") };
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");

        using var answer = await harness.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("", harness.Upstream.Bodies.Single());
        Assert.IsFalse(harness.Upstream.Requests.Single().Headers.Contains("Upgrade"));
    }

    [TestMethod]
    public async Task Request_WithABody_OnlyTheRebuiltOneIsSent()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Room.Classify = () => new TestRequest([Operation.PreparePush(Payments)]) { Body = new MemoryStream("rebuilt"u8.ToArray()) };

        using var answer = await harness.Client.PostAsync("/x", new StringContent("what the caller sent"));

        Assert.AreEqual("rebuilt", harness.Upstream.Bodies.Single());
        Assert.AreEqual("application/x-test-request", harness.Upstream.Requests.Single().Content!.Headers.ContentType!.ToString());
    }

    [TestMethod]
    public async Task Answer_UpstreamsHeaders_OnlyListedOnesPass()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();

        using var answer = await harness.Client.GetAsync("/x");

        Assert.IsFalse(answer.Headers.Contains("Set-Cookie"));
        Assert.IsFalse(answer.Headers.Contains("X-Upstream-Secret"));
        Assert.AreEqual("application/x-test", answer.Content.Headers.ContentType!.ToString());
    }

    [TestMethod]
    public async Task Answer_WithAFilter_IsFiltered()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Room.Classify = () => new TestRequest([Operation.GitRead(Payments)])
        {
            Filter = static async (upstream, caller, cancellationToken) =>
            {
                while (await upstream.ReadAsync(cancellationToken) is { IsCompleted: false } read)
                {
                    upstream.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }

                await caller.WriteAsync("filtered"u8.ToArray(), cancellationToken);
            },
        };

        Assert.AreEqual("filtered", await harness.Client.GetStringAsync("/x"));
        Assert.AreEqual(8, harness.Ledger.Single<ExchangeCompleted>().BytesOut);
    }

    [TestMethod]
    public async Task Answer_FilterThatMakesNoSenseOfTheUpstream_CutsTheConnection()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Room.Classify = () => new TestRequest([Operation.GitRead(Payments)])
        {
            Filter = static async (_, caller, cancellationToken) =>
            {
                await caller.WriteAsync("half"u8.ToArray(), cancellationToken);
                throw new InvalidDataException("nonsense");
            },
        };

        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => harness.Client.GetStringAsync("/x"));
        Assert.Contains("nonsense", harness.Ledger.Single<ExchangeCompleted>().Failure!);
    }

    [TestMethod]
    public async Task Request_WithoutAToken_NothingIsClassified()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Client.DefaultRequestHeaders.Remove("Authorization");
        harness.Room.Classify = static () => throw new InvalidOperationException("classified before the caller is known");

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.AreEqual("authenticate", harness.Ledger.Single<RequestRefused>().Stage);
    }

    [TestMethod]
    public async Task Request_TwoAuthorizationHeaders_IsRefused()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer another");

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [TestMethod]
    public async Task Request_ProviderDown_IsUnavailableNotLetIn()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Authenticator.Instead = new AuthenticationOutcome.Unavailable("no keys");

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [TestMethod]
    public async Task Request_NoPolicy_IsRefusedBeforeAnythingElse()
    {
        await using var harness = await PipelineHarness.StartAsync(withPolicy: false);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Request_ForARepositoryNoRuleCovers_SoundsLikeOneThatIsNotThere()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest([Operation.GitRead(RepositoryName.Parse("acme/secret-project"))]);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.AreEqual("Repository not found.", harness.Room.Refused!.Message.Value);
        Assert.AreEqual("deny", harness.Ledger.Single<OperationDecided>().Outcome);
    }

    [TestMethod]
    public async Task Push_OneOfSeveralRefsForbidden_AllAreRefusedEachWithItsReason()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest(
        [
            Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/cursor/a"), One, Two)),
            Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/other"), One, Two)),
        ]);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.IsEmpty(harness.Vault.Asked, "No credential is minted for a refused push.");
        var reasons = harness.Room.Refused!.Operations.Select(static each => each.Reason.Value).ToArray();
        Assert.HasCount(2, reasons);
        Assert.Contains("another ref", reasons[0]);
        Assert.Contains("other", reasons[1]);
    }

    [TestMethod]
    public async Task Request_ThatNeedsApprovalAndCannotAskForIt_IsRefused()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest([Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/main"), One, Two))]);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.ApprovalUnavailable, harness.Room.Refused!.Kind);
        Assert.Contains("leads", harness.Room.Refused.Message.Value);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    [DataRow("acme/closed")]
    [DataRow("acme/kept", DisplayName = "attack: inspecting finds secrets, and does not leave out paths")]
    public async Task OpaqueBody_WherePolicyDoesNotAllowIt_IsRefused(string repository)
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => new TestRequest([Operation.GitRead(RepositoryName.Parse(repository))]) { Opaque = true };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.OpaqueRefused, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task OpaqueBody_ToBeInspected_AndNobodyKnowsHow_IsNotAskedFor()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = () => new TestRequest([Operation.GitRead(RepositoryName.Parse("acme/inspected"))]) { Opaque = true };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.OpaqueRefused, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task OpaqueBody_Inspected_IsRecordedAsThat()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var inspection = new AnswerInspection { Inspected = new InspectedBody(3, 1, 99, []) };
        harness.Room.Classify = () => new TestRequest([Operation.GitRead(RepositoryName.Parse("acme/inspected"))]) { Opaque = true, Inspection = inspection };
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good("pack");

        using var answer = await harness.Client.GetAsync("/x");
        await harness.DisposeAsync();

        var end = harness.Ledger.Single<ExchangeCompleted>();
        Assert.AreEqual((false, inspection.Inspected), (end.Unmasked, end.Inspected));
        Assert.AreEqual(end.Request, inspection.Reference);
    }

    [TestMethod]
    public async Task OpaqueBody_RefusedWithinItsAnswer_IsRecordedAsRefused()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var inspection = new AnswerInspection { Refusal = new Refusal(Stage.Forward, RefusalKind.OpaqueRefused, new CallerText("a secret"), "a secret at x:1") };
        harness.Room.Classify = () => new TestRequest([Operation.GitRead(RepositoryName.Parse("acme/inspected"))]) { Opaque = true, Inspection = inspection };
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good("refused within");

        using var answer = await harness.Client.GetAsync("/x");
        await harness.DisposeAsync();

        Assert.AreEqual("a secret at x:1", harness.Ledger.Single<RequestRefused>().Detail);
    }

    [TestMethod]
    public async Task Write_LedgerDown_NothingIsForwarded()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Ledger.OnAppend = static _ => throw new LedgerUnavailableException("disk full");
        harness.Room.Classify = static () => new TestRequest([Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/cursor/a"), One, Two))]);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsEmpty(harness.Upstream.Requests);
        await harness.Vault.ReleasedAsync(1);
    }

    [TestMethod]
    public async Task Write_LedgerDownForAMoment_WhatWasDecidedIsRecordedWithTheRefusal()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var appends = 0;
        harness.Ledger.OnAppend = _ =>
        {
            if (++appends == 1)
            {
                throw new LedgerUnavailableException("busy");
            }
        };
        harness.Room.Classify = static () => new TestRequest([Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/cursor/a"), One, Two))]);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsEmpty(harness.Upstream.Requests);
        Assert.AreEqual("allow", harness.Ledger.Single<OperationDecided>().Outcome);
        Assert.AreEqual("record", harness.Ledger.Single<RequestRefused>().Stage);
        Assert.IsNotNull(harness.Ledger.Single<CredentialLeased>(), "A token that was minted is never without its record.");
    }

    [TestMethod]
    public async Task Write_ItsIntent_IsDurableBeforeTheUpstreamSeesIt()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var intendedFirst = false;
        harness.Upstream.Answer = _ =>
        {
            intendedFirst = harness.Ledger.Events.OfType<ForwardIntended>().Any(static intent => intent.Writes);
            return ScriptedUpstream.Good();
        };
        harness.Room.Classify = static () => new TestRequest([Operation.Push(Payments, new RefUpdate(RefName.Parse("refs/heads/cursor/a"), One, Two))]);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.IsTrue(intendedFirst);
        Assert.Contains("refs/heads/cursor/a", harness.Ledger.Single<ForwardIntended>().Operations.Single());
    }

    [TestMethod]
    public async Task Write_SoManyLongRefsThatTheirIntentWouldNotFitTheLedger_IsRecordedAllTheSame()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Ledger.OnAppend = static events =>
        {
            if (events.Any(static each => AuditJson.Serialize(each).Length > LedgerChain.MaxPayloadBytes))
            {
                throw new LedgerUnavailableException("too large");
            }
        };
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        var updates = Enumerable.Range(0, 3000)
            .Select(static i => Operation.Push(Payments, new RefUpdate(RefName.Parse($"refs/heads/cursor/{new string('+', 1000)}{i}"), One, Two)))
            .ToArray();
        harness.Room.Classify = () => new TestRequest(updates);

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.HasCount(3000, harness.Ledger.Events.OfType<OperationDecided>());
        Assert.AreEqual("and 2500 more, all of them decided above", harness.Ledger.Single<ForwardIntended>().Operations[^1]);
        Assert.IsNotNull(harness.Ledger.Single<CredentialLeased>());
    }

    [TestMethod]
    public async Task Request_StateDown_IsRefused()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.State.IsDown = true;

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    [DataRow(MintFailure.NotInstalled, 404)]
    [DataRow(MintFailure.PermissionNotGranted, 403)]
    [DataRow(MintFailure.RenamedOrMoved, 404)]
    [DataRow(MintFailure.AppRejected, 503)]
    [DataRow(MintFailure.Suspended, 403)]
    [DataRow(MintFailure.RateLimited, 429)]
    [DataRow(MintFailure.Unavailable, 503)]
    public async Task Credential_NotToBeHad_EachFailureHasItsStatus(MintFailure failure, int status)
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Vault.Instead = new LeaseOutcome.Failed(failure, "internal detail", TimeSpan.FromSeconds(3));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.DoesNotContain("internal detail", await answer.Content.ReadAsStringAsync());
        Assert.AreEqual(TimeSpan.FromSeconds(3), harness.Room.Refused!.RetryAfter);
    }

    [TestMethod]
    [DataRow(301, 404)]
    [DataRow(307, 404)]
    [DataRow(401, 503)]
    [DataRow(403, 403)]
    [DataRow(404, 404)]
    [DataRow(429, 429)]
    [DataRow(500, 502)]
    [DataRow(503, 503)]
    [DataRow(204, 502)]
    public async Task Upstream_AnswersOtherwise_EachStatusHasItsRefusal(int upstream, int status)
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = _ => new HttpResponseMessage((HttpStatusCode)upstream)
        {
            Content = new StringContent("upstream's own words"),
            Headers = { { "Location", "https://evil.example/?token=signed" } },
        };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.IsFalse(answer.Headers.Contains("Location"));
        Assert.DoesNotContain("upstream's own words", await answer.Content.ReadAsStringAsync());
        Assert.HasCount(upstream == 503 ? 1 + Retries.Most : 1, harness.Upstream.Requests, "A redirect is not followed.");
    }

    [TestMethod]
    public async Task Upstream_LimitsByRate_RetryAfterIsKept()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.Forbidden) { Headers = { { "Retry-After", "42" } } };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.RateLimited, harness.Room.Refused!.Kind);
        Assert.AreEqual(TimeSpan.FromSeconds(42), harness.Room.Refused.RetryAfter);
    }

    [TestMethod]
    public async Task Upstream_AnswersAnotherType_NothingOfItPasses()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>sign in</html>") };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [TestMethod]
    public async Task Upstream_CannotBeReached_SaysSo()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => throw new HttpRequestException("connection refused");

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("connection refused", harness.Ledger.Single<ExchangeCompleted>().Failure!);
    }

    [TestMethod]
    public async Task Verification_ThatFails_NothingIsForwarded()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest([Operation.GitRead(Payments)]) { Unverified = Refusals.NotSupported("not our ref") };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.IsEmpty(harness.Upstream.Requests);
    }

    [TestMethod]
    public async Task Request_AnsweredHere_MintsNothing()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => new TestRequest([Operation.PreparePush(Payments)]) { Local = true };

        Assert.AreEqual("answered here", await harness.Client.GetStringAsync("/x"));
        Assert.IsEmpty(harness.Vault.Asked);
        Assert.AreEqual("allow", harness.Ledger.Single<OperationDecided>().Outcome);
    }

    [TestMethod]
    public async Task Pipeline_ABugInARoom_IsARefusalWithAReferenceAndNoDetail()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Room.Classify = static () => throw new InvalidOperationException("secret internals");

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("secret internals", said);
        Assert.Contains(harness.Ledger.Single<RequestRefused>().Request!, said);
    }

    [TestMethod]
    public async Task Audit_OfAnyRequest_HoldsNoCredential()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();

        using var answer = await harness.Client.GetAsync("/x");

        var all = string.Join("\n", harness.Ledger.Events);
        Assert.DoesNotContain(FakeVault.Secret, all);
        Assert.DoesNotContain(FakeAuthenticator.GoodToken, all);
        Assert.AreEqual(64, harness.Ledger.Single<CredentialLeased>().Sha256.Length);
        Assert.IsNotNull(harness.Ledger.Single<SessionStarted>().Session);
    }
}
