using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A caller's first request of a session.</summary>
public sealed record SessionStarted(string Person, string DisplayName, string Kind, string Client, ImmutableArray<string> Groups) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 100;
}

/// <summary>
/// A client's hook said which of its conversations a session belongs to. A label that the client made up: it tells records apart and says nothing of who somebody is.
/// </summary>
/// <param name="Person">Whose session it is: whose hook key it was.</param>
/// <param name="Conversation">The client's own id of the conversation: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 100.</param>
/// <param name="Hook">Which hook said so, such as <c>beforeMCPExecution</c>.</param>
public sealed record SessionLabelled(string Person, string Conversation, string Hook) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 110;
}

/// <summary>A client's hook refused to run a command that would have gone around the broker. What it was is not told: it may hold a secret.</summary>
/// <param name="Person">Whose hook key it was.</param>
/// <param name="Conversation">As in <see cref="SessionLabelled"/>.</param>
/// <param name="Hook">Which hook, such as <c>beforeShellExecution</c>.</param>
/// <param name="Rule">Which of the hook's own rules: lower-case letters and <c>-</c>, at most 40.</param>
public sealed record HookRefused(string Person, string Conversation, string Hook, string Rule) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 120;
}

/// <summary>A person made a key for their client's hooks; the one before it ended.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Sha256">The key's digest, lower-case hex; the key itself is nowhere.</param>
/// <param name="Expires">When it ends.</param>
public sealed record HookKeyMade(string Person, string Sha256, DateTimeOffset Expires) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 130;
}
