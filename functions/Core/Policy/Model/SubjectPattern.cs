using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Policy.Model;

/// <summary>
/// One entry of <c>users</c> or <c>workloads</c>: a provider's immutable subject, or <c>issuer#subject</c> to pin the issuer too.
/// Only a text that begins like a URL is split at its first <c>#</c>, so that no issuer can put another's name into its subjects.
/// </summary>
internal sealed class SubjectPattern
{
    private readonly Glob? _glob;

    private SubjectPattern(string text, bool wildcards)
    {
        Text = text;
        var hash = text.StartsWith("http", StringComparison.Ordinal) ? text.IndexOf('#', StringComparison.Ordinal) : -1;
        Issuer = hash < 0 ? null : text[..hash];
        Subject = text[(hash + 1)..];
        _glob = wildcards && Subject.Length > 0 ? Glob.Compile(Subject) : null;
    }

    public string Text { get; }

    /// <summary>The issuer asked for; null for any that the policy lists.</summary>
    public string? Issuer { get; }

    public string Subject { get; }

    /// <summary>A person: compared exactly.</summary>
    public static SubjectPattern Exact(string text) => new(text, wildcards: false);

    /// <summary>A workload: its subject is matched as a glob, the issuer exactly.</summary>
    public static SubjectPattern Matching(string text) => new(text, wildcards: true);

    /// <summary>
    /// A workload is named by its subject, or exactly by the client id that its token was issued to: on Entra the application's id, which is easier to come
    /// by than its service principal's object id.
    /// </summary>
    public bool MatchesWorkload(Caller caller) =>
        Matches(caller.Person)
        || (caller.Client.Length > 0
            && (Issuer is null || string.Equals(Issuer, caller.Issuer, StringComparison.Ordinal))
            && string.Equals(Subject, caller.Client, StringComparison.Ordinal));

    public bool Matches(PersonId person) =>
        (Issuer is null || string.Equals(Issuer, person.Issuer, StringComparison.Ordinal))
        && (_glob?.IsMatch(person.Subject) ?? string.Equals(Subject, person.Subject, StringComparison.Ordinal));
}
