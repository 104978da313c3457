using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Tests.GitHub.Changing;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Rest;

/// <summary>What calls write: a mask never becomes data, and who adds a secret is stopped, or asked about, or recorded.</summary>
[TestClass]
public sealed class WrittenTests
{
    private const string Repository = "/api/v3/repos/acme/payments-api";
    private const string IsAMask = "this is a mask of the broker";
    private const string Rule = "github-personal-access-token";
    private const string Allowed = "masking: { added: allow }";

    private static readonly string Line = $"TOKEN={MadeSecrets.Token()}";
    private static readonly string Masked = MadeSecrets.Masked(Line);

    private readonly MadeRepository _git = new();
    private GitOid? _there;

    [TestMethod]
    [DataRow("")]
    [DataRow(Allowed, DisplayName = "secrets are allowed, and a mask is none")]
    public async Task Attack_FileWithAMask_IsRefusedWithFileAndLine(string masking)
    {
        await using var harness = await StartAsync(masking, ("env", $"A=1\n{Line}\n"));

        var (status, body) = await PutFileAsync(harness, $"A=2\n{Masked}\n");

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, status, body);
        StringAssert.Contains(body, $"env:2: {IsAMask}", StringComparison.Ordinal);
        Assert.AreEqual(0, Writes(harness));
    }

    [TestMethod]
    public async Task File_WithANewSecret_IsRefusedByRuleAndLineAndNeverByItsValue()
    {
        await using var harness = await StartAsync("", ("env", "A=1\n"));

        var (status, body) = await PutFileAsync(harness, $"A=1\n{Line}\n");

        Assert.AreEqual(HttpStatusCode.Forbidden, status, body);
        StringAssert.Contains(body, $"env:2 ({Rule})", StringComparison.Ordinal);
        Assert.DoesNotContain(MadeSecrets.Token(), body);
        Assert.DoesNotContain(MadeSecrets.Token(), string.Join("\n", harness.Pipeline.Ledger.Events));
        Assert.AreEqual(0, Writes(harness));
    }

    [TestMethod]
    public async Task File_WithANewSecretThatThePolicyAllows_PassesAndTheAuditSaysSo()
    {
        await using var harness = await StartAsync(Allowed, ("env", "A=1\n"));

        var (status, body) = await PutFileAsync(harness, $"A=1\n{Line}\n");

        Assert.AreEqual(HttpStatusCode.OK, status, body);
        Assert.AreEqual(1, Writes(harness));
        var audit = JsonSerializer.Serialize(harness.Pipeline.Ledger.Events.Cast<object>());
        StringAssert.Contains(audit, $"env:2 ({Rule})", StringComparison.Ordinal);
        Assert.DoesNotContain(MadeSecrets.Token(), audit);
    }

    [TestMethod]
    public async Task File_WithANewSecretThatPeopleAreAskedAbout_Waits()
    {
        await using var harness = await StartAsync("", "approve: [{ when: { push: { secrets: true } }, by: { groups: [leads] } }]", ChangeCall.Examiner, ("env", "A=1\n"));

        var (status, body) = await PutFileAsync(harness, $"A=1\n{Line}\n");

        Assert.AreEqual(HttpStatusCode.Forbidden, status, body);
        StringAssert.Contains(body, "approval pending", StringComparison.Ordinal);
        Assert.HasCount(1, harness.Pipeline.Desk.Requests);
        Assert.AreEqual(0, Writes(harness));
    }

    [TestMethod]
    public async Task File_WithTheSecretThatItHasAlready_Passes()
    {
        await using var harness = await StartAsync("", ("env", $"A=1\n{Line}\n"));

        var (status, body) = await PutFileAsync(harness, $"A=2\n\n{Line}\n");

        Assert.AreEqual(HttpStatusCode.OK, status, body);
        Assert.AreEqual(1, Writes(harness));
    }

    [TestMethod]
    [DataRow("POST /git/blobs", """{"content":"#","encoding":"utf-8"}""", "the blob:1")]
    [DataRow("POST /git/blobs", """{"content":"#"}""", "the blob:1")]
    [DataRow("POST /git/trees", """{"tree":[{"path":"src/env","mode":"100644","type":"blob","content":"A=1\n#"}]}""", "src/env:2")]
    [DataRow("POST /git/commits", """{"message":"one\n\n#","tree":"1111111111111111111111111111111111111111","parents":[]}""", "message:3")]
    [DataRow("POST /issues/1/comments", """{"body":"one\ntwo #"}""", "body:2")]
    [DataRow("POST /issues", """{"title":"t","labels":["a","#"]}""", "labels[1]:1")]
    [DataRow("PATCH /pulls/1", """{"body":"#"}""", "body:1")]
    public async Task Attack_MaskOrSecretInABody_IsRefusedByWhereItIs(string call, string body, string where)
    {
        foreach (var (text, says) in new[] { (Masked, $"{where}: {IsAMask}"), (Line, $"{where} ({Rule})") })
        {
            await using var harness = await StartAsync("");

            var (_, answer) = await SendAsync(harness, call, body.Replace("#", text, StringComparison.Ordinal));

            StringAssert.Contains(answer, says, StringComparison.Ordinal);
            Assert.DoesNotContain(MadeSecrets.Token(), answer);
            Assert.AreEqual(0, Writes(harness));
        }
    }

    [TestMethod]
    public async Task Attack_MaskOrSecretInABase64Blob_IsRefused()
    {
        foreach (var (text, says) in new[] { (Masked, $"the blob:2: {IsAMask}"), (Line, $"the blob:2 ({Rule})") })
        {
            await using var harness = await StartAsync("");

            var (_, answer) = await SendAsync(harness, "POST /git/blobs", $$"""{"content":"{{Base64($"A=1\n{text}\n")}}","encoding":"base64"}""");

            StringAssert.Contains(answer, says, StringComparison.Ordinal);
            Assert.AreEqual(0, Writes(harness));
        }
    }

    [TestMethod]
    [DataRow("POST /hooks", """{"config":{"url":"https://hooks.example.com/x","secret":"#"}}""")]
    [DataRow("PUT /actions/secrets/DEPLOY", """{"key_id":"1","encrypted_value":"#"}""")]
    public async Task WhatIsMeantToHoldASecret_MayAndIsNoPlaceForAMask(string call, string body)
    {
        await using var harness = await StartAsync("", "", call.Contains("hooks", StringComparison.Ordinal) ? new ReadingExaminer() : ChangeCall.Examiner);

        var (status, answer) = await SendAsync(harness, call, body.Replace("#", MadeSecrets.Token(), StringComparison.Ordinal));
        var (refused, why) = await SendAsync(harness, call, body.Replace("#", Masked[6..], StringComparison.Ordinal));

        Assert.AreEqual(HttpStatusCode.OK, status, answer);
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, refused, why);
        StringAssert.Contains(why, IsAMask, StringComparison.Ordinal);
        Assert.AreEqual(1, Writes(harness));
    }

    [TestMethod]
    [DataRow(true, "", false)]
    [DataRow(true, Allowed, false, DisplayName = "secrets are allowed, and a mask is none")]
    [DataRow(false, "", false)]
    [DataRow(false, Allowed, true)]
    public async Task Attack_ReleaseAssetWithAMaskOrASecret_NeverArrivesWhole(bool mask, string masking, bool passes)
    {
        await using var harness = await StartAsync(masking);
        var content = $"{new string('x', 300_000)}\n{(mask ? Masked : Line)}\n";

        using var asset = new ByteArrayContent(Encoding.UTF8.GetBytes(content)) { Headers = { ContentType = new("application/zip") } };
        using var answer = await harness.Client.PostAsync("/api/uploads/repos/acme/payments-api/releases/1/assets?name=a.zip", asset);

        Assert.AreEqual(passes, answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.AreEqual(passes, harness.Pipeline.Upstream.Bodies.Contains(content));
    }

    [TestMethod]
    public async Task Attack_MaskInJsonEscapes_IsRefused()
    {
        await using var harness = await StartAsync("");
        var escaped = string.Concat(Masked.Select(static c => $"\\u{(int)c:x4}"));

        var (status, answer) = await SendAsync(harness, "POST /issues/1/comments", $$"""{"body":"{{escaped}}"}""");

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, status, answer);
        StringAssert.Contains(answer, $"body:1: {IsAMask}", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Attack_MaskInBase64WithinAText_IsRefused() => await CommentAsync($"data: {Base64($"TOKEN={Masked[6..]}\n")}", HttpStatusCode.UnprocessableEntity);

    [TestMethod]
    public async Task Attack_ZeroWidthCharacterWithinAMask_IsRefused() => await CommentAsync($"{Masked[..16]}\u200b{Masked[16..]}", HttpStatusCode.UnprocessableEntity);

    [TestMethod]
    public async Task Attack_MaskInPercentEncoding_IsRefused() =>
        await CommentAsync($"https://x.example/?token={Uri.EscapeDataString(Masked[6..])}", HttpStatusCode.UnprocessableEntity);

    /// <summary>What is not recognised: somebody disguised a mask on purpose. It still holds no secret.</summary>
    [TestMethod]
    public async Task Mask_InCapitals_IsNotRecognised() => await CommentAsync(Masked.ToUpperInvariant(), HttpStatusCode.OK);

    private async Task CommentAsync(string body, HttpStatusCode expected)
    {
        await using var harness = await StartAsync("");

        var (status, answer) = await SendAsync(harness, "POST /issues/1/comments", new JsonObject { ["body"] = body }.ToJsonString());

        Assert.AreEqual(expected, status, answer);
        Assert.AreEqual(expected == HttpStatusCode.OK, answer == "{}", answer);
        Assert.AreEqual(expected == HttpStatusCode.OK ? 1 : 0, Writes(harness));
    }

    private Task<RestHarness> StartAsync(string masking, params (string Path, string Content)[] files) => StartAsync(masking, "", ChangeCall.Examiner, files);

    private async Task<RestHarness> StartAsync(string masking, string rule, IRestExaminer examiner, params (string Path, string Content)[] files)
    {
        _git.Commit("refs/heads/main", null, files.Length == 0 ? [("a", "1")] : files);
        _there = files.Length == 0 ? null : _git.History.Blob(files[0].Content);
        var policy = RestHarness.Policy.Replace("pull_requests: read }", "pull_requests: write, secrets: write, repository_hooks: write }", StringComparison.Ordinal);
        var harness = await RestHarness.StartAsync($"{policy}{(rule.Length == 0 ? "" : $"\n    {rule}")}\n{masking}\n", examiner: examiner);
        var upstream = harness.Pipeline.Upstream;
        upstream.Answer = request => request.RequestUri!.AbsolutePath switch
        {
            var path when path.EndsWith("/git-upload-pack", StringComparison.Ordinal) =>
                new(HttpStatusCode.OK) { Content = new ByteArrayContent(_git.AnswerGit(upstream.Bodies[^1])) { Headers = { ContentType = new("application/x-git-upload-pack-result") } } },
            _ when request.Method == HttpMethod.Get => RestHarness.Json("""{"tag_name":"v1","default_branch":"main"}"""),
            _ => RestHarness.Json("{}"),
        };
        harness.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        return harness;
    }

    private Task<(HttpStatusCode Status, string Body)> PutFileAsync(RestHarness harness, string content) => SendAsync(
        harness, "PUT /contents/env", $$"""{"message":"m","branch":"main","sha":"{{_there!.Hex}}","content":"{{Base64(content)}}"}""");

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(RestHarness harness, string call, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Split(' ')[0]), Repository + call.Split(' ')[1])
        {
            Content = new StringContent(body.Replace("\r", "", StringComparison.Ordinal), Encoding.UTF8, "application/json"),
        };
        using var answer = await harness.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>How many requests changed something at GitHub.</summary>
    private static int Writes(RestHarness harness) =>
        harness.Sent.Count(static request => request.Method != HttpMethod.Get && !request.RequestUri!.AbsolutePath.EndsWith("/git-upload-pack", StringComparison.Ordinal));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
