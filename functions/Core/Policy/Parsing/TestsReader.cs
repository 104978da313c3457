using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>tests</c>.</summary>
internal sealed class TestsReader(Problems problems, TestCallerReader callers)
{
    private const string Somebody = "somebody@policy-test.invalid";

    private static readonly ImmutableArray<string> Kinds = ["push", "read", "api", "secret"];

    private static readonly AddedSecret SomeSecret = new("some/file", 1, "some-rule");
    private static readonly GitOid Nothing = GitOid.Parse(new string('0', 40));
    private static readonly GitOid Before = GitOid.Parse(new string('1', 40));
    private static readonly GitOid After = GitOid.Parse(new string('2', 40));

    private static readonly Dictionary<string, PolicyTestOutcome> Outcomes = new()
    {
        ["allow"] = PolicyTestOutcome.Allow,
        ["deny"] = PolicyTestOutcome.Deny,
        ["approve"] = PolicyTestOutcome.Approve,
    };

    public ImmutableArray<PolicyTestCase> Read(YamlValue? value) =>
    [
        .. (Values.List(value, "tests", problems)?.Items ?? [])
            .Select((item, i) => ReadOne(item, Paths.Item("tests", i))).OfType<PolicyTestCase>(),
    ];

    private PolicyTestCase? ReadOne(YamlValue item, string path)
    {
        if (Section.Open(item, path, problems, PolicyKeys.Test) is not { } section)
        {
            return null;
        }

        var name = Values.Text(section.Require("name", "results are told by it"), section.At("name"), problems);
        var caller = callers.Read(section.Require("caller", "who asks"), section.At("caller"));
        var expect = Values.Choice(section.Require("expect", "allow, deny or approve"), section.At("expect"), problems, Outcomes);
        if (Kinds.Count(section.Has) != 1)
        {
            problems.Error(section.Map, path, "A test does one thing: push, read, api or secret.");
        }

        var operation = Push(section.Find("push"), section.At("push"))
            ?? Read(section.Find("read"), section.At("read"))
            ?? Api(section.Find("api"), section.At("api"))
            ?? Secret(section.Find("secret"), section.At("secret"));
        return name is { } text && caller is not null && expect is { } outcome && operation is not null
            ? new(text.Text, item.Line, item.Column, caller, operation, outcome)
            : null;
    }

    private Operation? Read(YamlValue? value, string path) =>
        Section.Open(value, path, problems, PolicyKeys.TestRead) is { } section && Repository(section) is { } repository
            ? Operation.GitRead(repository)
            : null;

    /// <summary>A call of the API. It reads contents when <c>ref</c> or <c>paths</c> is there; what is left out of the two is not known.</summary>
    private Operation? Api(YamlValue? value, string path)
    {
        if (Section.Open(value, path, problems, PolicyKeys.TestApi) is not { } section)
        {
            return null;
        }

        var (repository, route) = (Repository(section), Values.Text(section.Require("route", "which call"), section.At("route"), problems));
        var needs = PermissionsReader.Named(section.Require("permissions", "what the call needs"), section.At("permissions"), problems);
        var from = section.Has("ref") ? Ref(section) : null;
        var paths = section.Find("paths") is { } list ? Values.Texts(list, section.At("paths"), problems, mayBeEmpty: true).Select(static text => text.Text).ToImmutableArray() : (ImmutableArray<string>?)null;
        return repository is null || route is not { } called || needs.IsEmpty
            ? null
            : Operation.Api(repository, [needs], ApiRoutes.CallOf(called.Text) with { Reads = section.Has("ref") || paths is not null ? new ContentRead(from, paths) : null });
    }

    /// <summary>A call on a secret; on all of them when no name is there, which only a list is.</summary>
    private Operation? Secret(YamlValue? value, string path)
    {
        if (Section.Open(value, path, problems, PolicyKeys.TestSecret) is not { } section)
        {
            return null;
        }

        var vault = Named<VaultName>(section, "vault", "in which vault", VaultName.TryParse, "vault's name");
        var name = section.Has("name") ? Named<SecretName>(section, "name", "which secret", SecretName.TryParse, "secret's name") : null;
        var verb = Values.Choice(section.Require("verb", "what is done with it"), section.At("verb"), problems, SecretVerbs.Verbs);
        var use = Values.Choice(section.Find("for"), section.At("for"), problems, SecretVerbs.Uses);
        if (verb is { } asked && (asked == SecretVerb.Use) != section.Has("for"))
        {
            problems.Error(section.Map, path, "'for' says what a secret is used for: it goes with the verb 'use', and with no other.");
        }

        if ((section.Has("into") && !section.Has("for")) || (verb == SecretVerb.Use && section.Has("for") && !section.Has("into")))
        {
            problems.Error(section.Map, path, "'into' says into which repository's secrets it is put: it goes with 'for'.");
        }

        var into = section.Has("into") ? Repository(section, "into") : null;
        if (verb is not null and not SecretVerb.List && !section.Has("name"))
        {
            problems.Error(section.Map, path, "'name' is missing: only a list is about all secrets.");
        }

        return vault is null || verb is not { } known || (section.Has("name") && name is null)
            ? null
            : Operation.Secret(vault, name, new SecretCall(known) { To = use, Into = into });
    }

    private delegate bool Parser<T>(string? text, out T? parsed)
        where T : class;

    private T? Named<T>(Section section, string key, string why, Parser<T> parse, string what)
        where T : class
    {
        if (Values.Text(section.Require(key, why), section.At(key), problems) is not { } text)
        {
            return null;
        }

        if (!parse(text.Text, out var parsed))
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' is not a {what}.");
        }

        return parsed;
    }

    private Operation? Push(YamlValue? value, string path)
    {
        if (Section.Open(value, path, problems, PolicyKeys.TestPush) is not { } section)
        {
            return null;
        }

        var (repository, name) = (Repository(section), Ref(section));
        var delete = Values.Flag(section.Find("delete"), section.At("delete"), problems) ?? false;
        var create = Values.Flag(section.Find("create"), section.At("create"), problems) ?? false;
        var force = Values.Flag(section.Find("force"), section.At("force"), problems) ?? false;
        if ((delete && create) || (force && (delete || create)))
        {
            problems.Error(section.Map, path, "A push deletes, creates or forces; only one of them.");
        }

        var paths = Values.Texts(section.Find("paths"), section.At("paths"), problems, mayBeEmpty: true);
        var size = Sizes.Read(section.Find("size"), section.At("size"), problems, least: 0) ?? 0;
        var commits = Commits(section);
        var secrets = Values.Flag(section.Find("secrets"), section.At("secrets"), problems) ?? false;
        if (delete && (size > 0 || !commits.IsEmpty || secrets))
        {
            problems.Error(section.Map, path, "A delete sends nothing; size, authors, unsigned and secrets are about what is sent.");
        }

        return repository is null || name is null
            ? null
            : Operation.Push(repository, new RefUpdate(name, create ? Nothing : Before, delete ? Nothing : After)
            {
                Forced = force,
                ChangedPaths = [.. paths.Select(static text => text.Text)],
                Size = size,
                Commits = commits,
                AddedSecrets = secrets ? [SomeSecret] : [],
            });
    }

    /// <summary>A commit for each author, all signed or none; one by somebody when only <c>unsigned</c> is there; otherwise none.</summary>
    private ImmutableArray<CommitFacts> Commits(Section section)
    {
        var authors = Values.Texts(section.Find("authors"), section.At("authors"), problems).Select(static text => text.Text).ToImmutableArray();
        var unsigned = Values.Flag(section.Find("unsigned"), section.At("unsigned"), problems);
        return unsigned is null ? MadeUpCommits.By(authors, withSignature: true) : MadeUpCommits.By(authors.IsEmpty ? [Somebody] : authors, withSignature: !unsigned.Value);
    }

    private RepositoryName? Repository(Section section, string key = "repository")
    {
        if (Values.Text(section.Require(key, "on which repository"), section.At(key), problems) is not { } text)
        {
            return null;
        }

        if (!RepositoryName.TryParse(text.Text, out var repository))
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' is not an owner/name.");
        }

        return repository;
    }

    private RefName? Ref(Section section)
    {
        if (Values.Text(section.Require("ref", "which ref"), section.At("ref"), problems) is not { } text)
        {
            return null;
        }

        if (!RefName.TryParse(text.Text.StartsWith("refs/", StringComparison.Ordinal) ? text.Text : "refs/heads/" + text.Text, out var name))
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' is not a ref name.");
        }

        return name;
    }
}
