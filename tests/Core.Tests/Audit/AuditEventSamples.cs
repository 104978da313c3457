using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Audit;

/// <summary>One event of each kind, with the JSON it must have for ever. A kind without a row here fails the tests.</summary>
internal static class AuditEventSamples
{
    private const string Common = "\"at\":\"2026-03-04T05:06:07.1234567Z\",\"request\":\"r-1\",\"session\":\"s-1\"";

    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 3, 4, 7, 6, 7, TimeSpan.FromHours(2)).AddTicks(1234567);

    public static IEnumerable<(AuditEvent Event, string Json)> All { get; } =
    [
        (new SessionStarted("iss#1", "Dana", "Person", "cli", ["payments-dev", "x"]) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"session.started","id":100,{{Common}},"person":"iss#1","displayName":"Dana","kind":"Person","client":"cli","groups":["payments-dev","x"]}"""),
        (new SessionLabelled("iss#1", "c-1", "beforeMCPExecution") { At = At, Session = "s-1" },
            """{"event":"session.labelled","id":110,"at":"2026-03-04T05:06:07.1234567Z","session":"s-1","person":"iss#1","conversation":"c-1","hook":"beforeMCPExecution"}"""),
        (new HookRefused("iss#1", "c-1", "beforeShellExecution", "raw-token") { At = At },
            """{"event":"hook.refused","id":120,"at":"2026-03-04T05:06:07.1234567Z","person":"iss#1","conversation":"c-1","hook":"beforeShellExecution","rule":"raw-token"}"""),
        (new HookKeyMade("iss#1", "abcdef0123456789", At) { At = At },
            """{"event":"hook.key-made","id":130,"at":"2026-03-04T05:06:07.1234567Z","person":"iss#1","sha256":"abcdef0123456789","expires":"2026-03-04T05:06:07.1234567Z"}"""),
        (new RequestRefused("POST", "/a/b", "authorize", "NotCovered", "no rule", 404) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"request.refused","id":200,{{Common}},"method":"POST","path":"/a/b","stage":"authorize","kind":"NotCovered","detail":"no rule","status":404}"""),
        (new OperationDecided("iss#1", "git.push", "acme/x", "contents:write", "refs/heads/main", "allow", "payments", "v1", ["cover: payments"]) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"operation.decided","id":210,{{Common}},"person":"iss#1","operation":"git.push","target":"acme/x","needs":"contents:write","detail":"refs/heads/main","outcome":"allow","reason":"payments","policy":"v1","trace":["cover: payments"]}"""),
        (new ToolCalled("list_branches", "an agent 1") { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"tool.called","id":220,{{Common}},"tool":"list_branches","client":"an agent 1"}"""),
        (new ToolAnswered("list_branches", "waits", 7, ["r-2"]) { At = At, Request = "r-1", Session = "s-1", Approval = "a-1" },
            $$"""{"event":"tool.answered","id":221,{{Common}},"tool":"list_branches","outcome":"waits","milliseconds":7,"calls":["r-2"],"approval":"a-1"}"""),
        (new CredentialLeased("abcdef0123456789", "acme/x", 7, "contents:read", At, true) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"credential.leased","id":300,{{Common}},"sha256":"abcdef0123456789","repository":"acme/x","repositoryId":7,"permissions":"contents:read","expires":"2026-03-04T05:06:07.1234567Z","fresh":true}"""),
        (new CredentialLeased("abcdef0123456789", "acme/x", 7, "contents:read", At, true) { At = At, Request = "r-1", Session = "s-1", Others = ["acme/y#8"] },
            $$"""{"event":"credential.leased","id":300,{{Common}},"sha256":"abcdef0123456789","repository":"acme/x","repositoryId":7,"permissions":"contents:read","expires":"2026-03-04T05:06:07.1234567Z","fresh":true,"others":["acme/y#8"]}"""),
        (new TokenExchanged("abcdef0123456789", "acme/x", 7, "contents:read", 600, At, "ci") { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"credential.exchanged","id":320,{{Common}},"sha256":"abcdef0123456789","repository":"acme/x","repositoryId":7,"permissions":"contents:read","seconds":600,"revokedAt":"2026-03-04T05:06:07.1234567Z","rule":"ci"}"""),
        (new CredentialRevoked("abcdef0123456789", "request done", false) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"credential.revoked","id":310,{{Common}},"sha256":"abcdef0123456789","why":"request done","confirmed":false}"""),
        (new ForwardIntended("POST", "/acme/x/git-receive-pack", true, ["git.push acme/x refs/heads/main"]) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"exchange.intended","id":400,{{Common}},"method":"POST","path":"/acme/x/git-receive-pack","writes":true,"operations":["git.push acme/x refs/heads/main"]}"""),
        (new ExchangeCompleted(200, "AB:CD", 10, 20, 30, true, null, ["ok refs/heads/main"]) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"exchange.completed","id":410,{{Common}},"status":200,"upstreamRequestId":"AB:CD","bytesIn":10,"bytesOut":20,"milliseconds":30,"unmasked":true,"results":["ok refs/heads/main"]}"""),
        (new AnswerMasked(3, [new("known-secret", "mask", 1), new("pem", "audit", 2)], [new("pem", "audit", "body", 10, 40, 2, 5, "00ff")], "pem") { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"masked.answer","id":600,{{Common}},"total":3,"counts":[{"rule":"known-secret","action":"mask","count":1},{"rule":"pem","action":"audit","count":2}],"findings":[{"rule":"pem","action":"audit","in":"body","offset":10,"length":40,"line":2,"column":5,"digest":"00ff"}],"blockedBy":"pem"}"""),
        (new ApprovalOpened("a-1", "f0", "iss#1", "Dana", "acme/x", ["push main"], ["payments[0]: 1 of payments-leads: a push to main"], "ab12", At) { At = At, Session = "s-1" },
            """{"event":"approval.opened","id":500,"at":"2026-03-04T05:06:07.1234567Z","session":"s-1","approval":"a-1","fingerprint":"f0","person":"iss#1","displayName":"Dana","target":"acme/x","summary":["push main"],"requirements":["payments[0]: 1 of payments-leads: a push to main"],"snapshotSha256":"ab12","expires":"2026-03-04T05:06:07.1234567Z"}"""),
        (new ApprovalVoted("a-1", "iss#2", "Lee", ["payments-leads"], "Deny", "not today") { At = At },
            """{"event":"approval.voted","id":510,"at":"2026-03-04T05:06:07.1234567Z","approval":"a-1","person":"iss#2","displayName":"Lee","groups":["payments-leads"],"verdict":"Deny","reason":"not today"}"""),
        (new ApprovalCancelled("a-1", "iss#1") { At = At },
            """{"event":"approval.cancelled","id":520,"at":"2026-03-04T05:06:07.1234567Z","approval":"a-1","person":"iss#1"}"""),
        (new ApprovalUsed("a-1", "f0") { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"approval.used","id":530,{{Common}},"approval":"a-1","fingerprint":"f0"}"""),
        (new ApprovalRefused("a-1", "vote", "iss#1", "OwnRequest", "Nobody decides on their own request.") { At = At },
            """{"event":"approval.refused","id":540,"at":"2026-03-04T05:06:07.1234567Z","approval":"a-1","attempt":"vote","person":"iss#1","kind":"OwnRequest","detail":"Nobody decides on their own request."}"""),
        (new ApprovalMoved("a-1", "Denied", "not today") { At = At, Session = "s-1" },
            """{"event":"approval.moved","id":550,"at":"2026-03-04T05:06:07.1234567Z","session":"s-1","approval":"a-1","status":"Denied","reason":"not today"}"""),
        (new ApprovalNotified("a-1", "leads", "teams", 2, "answered 202", false) { At = At, Session = "s-1" },
            """{"event":"approval.notified","id":560,"at":"2026-03-04T05:06:07.1234567Z","session":"s-1","approval":"a-1","target":"leads","channel":"teams","attempts":2,"detail":"answered 202","reminder":false}"""),
        (new ApprovalNotifyFailed("a-1", "leads", "email", 1, "could not be reached", true, false) { At = At, Session = "s-1" },
            """{"event":"approval.notify-failed","id":561,"at":"2026-03-04T05:06:07.1234567Z","session":"s-1","approval":"a-1","target":"leads","channel":"email","attempts":1,"detail":"could not be reached","reminder":true,"givenUp":false}"""),
        (new SecretRead("id#dev", "kv-dev", "db", "00ff", "mask", true) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"secret.read","id":700,{{Common}},"person":"id#dev","vault":"kv-dev","secret":"db","version":"00ff","form":"mask","known":true}"""),
        (new SecretChanged("id#dev", "kv-dev", "db", "00ff", "set") { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"secret.changed","id":710,{{Common}},"person":"id#dev","vault":"kv-dev","secret":"db","version":"00ff","change":"set"}"""),
        (new SecretUsed("id#dev", "kv-dev", "db", "00ff", "github-actions-secret", "PUT x", false) { At = At, Request = "r-1", Session = "s-1" },
            $$"""{"event":"secret.used","id":720,{{Common}},"person":"id#dev","vault":"kv-dev","secret":"db","version":"00ff","for":"github-actions-secret","destination":"PUT x","known":false}"""),
        (new PolicyLoaded("v2", "policy.yaml") { At = At },
            """{"event":"policy.loaded","id":800,"at":"2026-03-04T05:06:07.1234567Z","version":"v2","source":"policy.yaml"}"""),
        (new PolicyRejected("policy.yaml", ["line 3: what"]) { At = At },
            """{"event":"policy.rejected","id":810,"at":"2026-03-04T05:06:07.1234567Z","source":"policy.yaml","problems":["line 3: what"]}"""),
        (new BrokerStarted("host-1", "1.0") { At = At },
            """{"event":"broker.started","id":900,"at":"2026-03-04T05:06:07.1234567Z","instance":"host-1","version":"1.0"}"""),
        (new BrokerStopped("host-1") { At = At },
            """{"event":"broker.stopped","id":910,"at":"2026-03-04T05:06:07.1234567Z","instance":"host-1"}"""),
    ];

    public static IEnumerable<object[]> Rows => All.Select(static sample => new object[] { sample.Event, sample.Json });
}
