using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads the <c>caller</c> of a test: a caller as a token of the policy's only issuer would make it, or of a made-up one.</summary>
internal sealed class TestCallerReader(Problems problems, WhoReader who, IssuersKnown issuers)
{
    private const string MadeUpIssuer = "https://policy-test.invalid";
    private const string MadeUpSubject = "policy-test";

    public Caller? Read(YamlValue? value, string path)
    {
        if (Section.Open(value, path, problems, PolicyKeys.TestCaller) is not { } section)
        {
            return null;
        }

        if (section.Has("user") && section.Has("workload"))
        {
            problems.Error(section.Map, path, "A caller is a user or a workload, not both.");
        }

        var subject = Subject(section);
        var issuer = subject?.Issuer ?? (issuers.Names.Count == 1 ? issuers.Names.Single() : MadeUpIssuer);
        return new Caller
        {
            Issuer = issuer,
            Person = new PersonId(issuer, subject?.Subject ?? MadeUpSubject),
            Kind = section.Has("workload") ? CallerKind.Workload : CallerKind.Person,
            Client = "",
            Groups = [.. Values.Texts(section.Find("groups"), section.At("groups"), problems, mayBeEmpty: true).Select(static text => text.Text)],
            DisplayName = MadeUpSubject,
            Claims = Claims(section.Find("claims"), section.At("claims")),
        };
    }

    private SubjectPattern? Subject(Section section) =>
        Values.Text(section.Find("user"), section.At("user"), problems) is { } user ? who.User(user)
        : Values.Text(section.Find("workload"), section.At("workload"), problems) is { } workload ? SubjectPattern.Exact(workload.Text)
        : null;

    private ImmutableDictionary<string, ImmutableArray<string>> Claims(YamlValue? value, string path)
    {
        var claims = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (key, values) in (IEnumerable<YamlEntry>?)Values.Map(value, path, problems)?.Entries ?? [])
        {
            claims[key.Text] = [.. Values.Texts(values, Paths.Key(path, key.Text), problems).Select(static text => text.Text)];
        }

        return claims.ToImmutable();
    }
}
