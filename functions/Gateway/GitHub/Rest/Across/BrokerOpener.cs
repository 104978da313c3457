using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>What is about the caller or the broker: an installation's token gets no answer to it from GitHub, or one about the App.</summary>
internal sealed class BrokerOpener(ApprovalLinks links) : IRestOpener
{
    private const string Username = "username";

    public ApiRouteKind Kind => ApiRouteKind.Broker;

    public Outcome<ProtocolRequest> Open(RestInput input) => input.Route.Id switch
    {
        "GET /" => Answered(input, _ => OwnAnswers.Root(Api)),
        "GET /meta" => Answered(input, static _ => OwnAnswers.Meta()),
        "GET /versions" => Answered(input, static _ => OwnAnswers.Versions()),
        "GET /zen" => Answered(input, static _ => OwnAnswers.Zen()),
        "GET /user" => Answered(input, account => OwnAnswers.User(account, Api)),
        "GET /user/emails" => Answered(input, OwnAnswers.Emails),
        "GET /users/{username}" => Answered(input, account => IsOwn(input, account) ? OwnAnswers.User(account, Api) : null),

        // As GitHub Enterprise Server answers where it counts none.
        "GET /rate_limit" => new Refusal(
            Stage.Classify,
            RefusalKind.NotFound,
            new CallerText("The broker keeps no count by the hour; what GitHub has left stands on every answer of its own, in X-RateLimit-Remaining."),
            "no count by the hour"),
        _ => Refusals.NotSupported($"{input.Route.Id} is not answered by this broker."),
    };

    private Uri Api => new(links.Root, "api/v3/");

    private static bool IsOwn(RestInput input, CallerAccount account) => string.Equals(input.Match.Parameters[Username], account.Login, StringComparison.OrdinalIgnoreCase);

    private static Request Answered(RestInput input, Func<CallerAccount, JsonNode?> answer) => new(input, answer);

    private sealed class Request(RestInput input, Func<CallerAccount, JsonNode?> answer) : OwnRequest(input)
    {
        private byte[]? _body;

        public override ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken)
        {
            _body = answer(CallerAccount.Of(caller)) is { } json ? RestBody.Write(json) : null;
            return ValueTask.FromResult(_body is null ? Refusals.Unknown(Stage.Classify, "The broker knows of no account but the caller's own.") : null);
        }

        protected override (ReadOnlyMemory<byte> Body, string? Link) Answer() => (_body, null);
    }
}
