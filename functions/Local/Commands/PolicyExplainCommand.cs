using System.Collections.Immutable;
using System.CommandLine;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Local.Commands;

/// <summary><c>policy explain</c>: one caller, one operation, the decision with every step that led to it.</summary>
internal static class PolicyExplainCommand
{
    private static readonly GitOid SomeObject = GitOid.Parse(new string('1', 40));
    private static readonly GitOid AnotherObject = GitOid.Parse(new string('2', 40));
    private static readonly GitOid NoObject = GitOid.Parse(new string('0', 40));

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The policy." };
        var repository = new Option<string?>("--repository", "-r") { HelpName = "OWNER/NAME", Description = "owner/name; needed unless --secret is there." };
        var groups = new Option<string[]>("--group", "-g") { HelpName = "name", Description = "A group of the caller; may be repeated.", DefaultValueFactory = static _ => [] };
        var user = new Option<string?>("--user") { HelpName = "subject", Description = "The caller's immutable subject." };
        var workload = new Option<string?>("--workload") { HelpName = "subject", Description = "The caller is a workload with this subject." };
        var issuer = new Option<string?>("--issuer") { Description = "The caller's issuer, when the policy lists several." };
        var claims = new Option<string[]>("--claim") { HelpName = "name=value", Description = "A claim of the caller as name=value; may be repeated.", DefaultValueFactory = static _ => [] };
        var push = new Option<string?>("--push") { HelpName = "ref", Description = "Push this ref; without it and without --route the operation is a clone." };
        var call = new ExplainedCall();
        var secret = new ExplainedSecret();
        var delete = new Option<bool>("--delete") { Description = "The push deletes the ref." };
        var create = new Option<bool>("--create") { Description = "The push creates the ref." };
        var force = new Option<bool>("--force") { Description = "The push drops commits." };
        var paths = new Option<string[]>("--path") { Description = "A path that the push changes or the call reads; may be repeated. What is not said of either (paths, size, commits, ref) is unknown, and matches every deny and approve entry that asks for it.", DefaultValueFactory = static _ => [] };
        var size = new Option<long?>("--size") { HelpName = "bytes", Description = "How many bytes the push sends." };
        var authors = new Option<string[]>("--author") { HelpName = "email", Description = "Author and committer of a commit that the push brings, signed unless --unsigned is there; may be repeated.", DefaultValueFactory = static _ => [] };
        var unsigned = new Option<bool>("--unsigned") { Description = "The push's commits carry no signature." };
        var command = new Command("explain", "Print what the policy decides for one caller and operation, and why. Exit code 1 unless it is allowed.")
        {
            file, repository, groups, user, workload, issuer, claims, push, delete, create, force, paths, size, authors, unsigned, call.Route, call.Permissions, call.From, secret.Secret, secret.Verb, secret.For, secret.Into,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(user) is not null && result.GetValue(workload) is not null)
            {
                result.AddError("A caller is a --user or a --workload, not both.");
            }

            call.Check(result, result.GetValue(push));
            secret.Check(result, result.GetValue(repository) is not null || result.GetValue(push) is not null || result.GetValue(call.Route) is not null);
            if (result.GetValue(repository) is null && result.GetValue(secret.Secret) is null)
            {
                result.AddError("Name what it is about: --repository or --secret.");
            }

            var sends = (result.GetValue(paths)!.Length > 0 && result.GetValue(call.Route) is null) || result.GetValue(size) is not null || result.GetValue(authors)!.Length > 0 || result.GetValue(unsigned);
            if (result.GetValue(push) is null && (result.GetValue(delete) || result.GetValue(create) || result.GetValue(force) || sends))
            {
                result.AddError("--delete, --create, --force, --path, --size, --author and --unsigned are about a push: name its ref with --push (--path also of a call: --route).");
            }

            if (result.GetValue(delete) && sends)
            {
                result.AddError("A delete sends nothing: --path, --size, --author and --unsigned are about what is sent.");
            }

            if (result.GetValue(size) < 0)
            {
                result.AddError("--size is a number of bytes, at least 0.");
            }

            if (result.GetValue(delete) && result.GetValue(create))
            {
                result.AddError("A push creates a ref or deletes it, not both.");
            }

            if (result.GetValue(repository) is { } name && !RepositoryName.TryParse(name, out _))
            {
                result.AddError($"'{name}' is not an owner/name.");
            }

            if (result.GetValue(push) is { } asked && !RefName.TryParse(Full(asked), out _))
            {
                result.AddError($"git would refuse the ref name '{asked}'.");
            }

            foreach (var claim in result.GetValue(claims)!.Where(static claim => claim.IndexOf('=', StringComparison.Ordinal) <= 0))
            {
                result.AddError($"'{claim}' is not a name=value.");
            }
        });
        command.SetAction(parsed =>
        {
            if (PolicyCommand.Compile(parsed.GetValue(file)!, out var exitCode) is not { } policy)
            {
                return exitCode;
            }

            var caller = Caller(policy, parsed.GetValue(issuer), parsed.GetValue(user), parsed.GetValue(workload), parsed.GetValue(groups)!, parsed.GetValue(claims)!);
            if (secret.Read(parsed) is { } onSecret)
            {
                return Explain(policy, caller, onSecret);
            }

            var name = RepositoryName.Parse(parsed.GetValue(repository)!);
            var operation = parsed.GetValue(push) is { } asked
                ? Operation.Push(
                    name,
                    WithSent(
                        Update(asked, parsed.GetValue(delete), parsed.GetValue(create), parsed.GetValue(force), parsed.GetValue(paths)!),
                        parsed.GetValue(size),
                        parsed.GetValue(authors)!,
                        parsed.GetValue(unsigned)))
                : call.Read(parsed, name, parsed.GetValue(paths)!) ?? Operation.GitRead(name);
            return Explain(policy, caller, operation);
        });
        return command;
    }

    private static int Explain(PolicySet policy, Caller caller, Operation operation)
    {
        var decision = policy.Decide(caller, operation);
        if (operation.Details is RefUpdate { ChangedPaths: null })
        {
            Terminal.Warning("Without --path it is unknown what the push changes, which matches every entry that asks for paths.");
        }

        foreach (var line in PolicyExplanation.Lines(caller, operation, decision))
        {
            Terminal.Line(line);
        }

        return decision is Decision.Allow ? ExitCode.Success : ExitCode.Failed;
    }

    private static RefUpdate Update(string asked, bool delete, bool create, bool force, string[] paths) => new(
        RefName.Parse(Full(asked)), create ? NoObject : SomeObject, delete ? NoObject : AnotherObject)
    {
        Forced = force ? true : create || delete || paths.Length > 0 ? false : null,
        ChangedPaths = delete ? [] : paths.Length > 0 ? paths : null,
    };

    private static RefUpdate WithSent(RefUpdate update, long? size, string[] authors, bool unsigned) => update with
    {
        Size = size ?? update.Size,
        Commits = authors.Length > 0 || unsigned
            ? MadeUpCommits.By(authors.Length > 0 ? authors : ["somebody@explain.invalid"], !unsigned)
            : update.Commits,
    };

    private static Caller Caller(PolicySet policy, string? issuer, string? user, string? workload, string[] groups, string[] claims)
    {
        var from = issuer ?? (policy.Issuers.Length == 1 ? policy.Issuers[0].Issuer : "https://explain.invalid");
        return new Caller
        {
            Issuer = from,
            Person = new PersonId(from, user ?? workload ?? "explain"),
            Kind = workload is null ? CallerKind.Person : CallerKind.Workload,
            Client = "",
            Groups = [.. groups],
            DisplayName = user ?? workload ?? "explain",
            Claims = claims.Select(static claim => claim.Split('=', 2)).GroupBy(static pair => pair[0], static pair => pair[1])
                .ToImmutableDictionary(static group => group.Key, static group => group.ToImmutableArray()),
        };
    }

    internal static string Full(string asked) => asked.StartsWith("refs/", StringComparison.Ordinal) ? asked : $"refs/heads/{asked}";
}
