using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>rules</c>.</summary>
internal sealed class RulesReader(Problems problems, WhoReader who, ApproveReader approve, ImmutableDictionary<string, Access> ceiling)
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(1);
    private static readonly ImmutableArray<string> RepositoryKeys = ["allow", "refs", "opaque", "masking", "exchange"];

    private static readonly Dictionary<string, OpaqueHandling> Opaques = new()
    {
        ["refuse"] = OpaqueHandling.Refuse,
        ["inspect"] = OpaqueHandling.Inspect,
        ["allow"] = OpaqueHandling.Allow,
    };

    private static readonly Dictionary<string, bool> Reveals = new()
    {
        ["mask"] = false,
        ["reveal"] = true,
    };

    // Ids that differ only by case would be one rule to a reader of the audit.
    private readonly HashSet<string> _ids = new(StringComparer.OrdinalIgnoreCase);

    public ImmutableArray<Rule> Read(YamlValue? value) =>
    [
        .. (Values.List(value, "rules", problems)?.Items ?? [])
            .Select((item, i) => ReadOne(item, Paths.Item("rules", i))).OfType<Rule>(),
    ];

    private Rule? ReadOne(YamlValue item, string path)
    {
        if (Section.Open(item, path, problems, PolicyKeys.Rule) is not { } section)
        {
            return null;
        }

        var rule = new Rule
        {
            Id = Id(section) ?? "",
            Who = who.Read(section.Require("who", "a rule for nobody in particular would be a rule for everybody"), section.At("who"), PolicyKeys.Who) ?? new Who(),
            Repositories = RepositoryGlobs.Read(section.Find("repositories"), section.At("repositories"), problems),
            Allow = PermissionsReader.Allow(section.Find("allow"), section.At("allow"), problems, ceiling),
            Refs = Refs(section),
            Lifetime = Durations.Read(section.Find("lifetime"), section.At("lifetime"), problems, LongestLifetime) ?? Rule.DefaultLifetime,
            Opaque = Values.Choice(section.Find("opaque"), section.At("opaque"), problems, Opaques),
            Reveals = Values.Choice(section.Find("masking"), section.At("masking"), problems, Reveals),
            Deny = DenyReader.Read(section.Find("deny"), section.At("deny"), problems),
            Approve = approve.Read(section.Find("approve"), section.At("approve")),
            Exchange = Values.Flag(section.Find("exchange"), section.At("exchange"), problems) ?? false,
            Vaults = SecretsReader.Read(section, problems),
        };
        Check(section, rule);
        return rule;
    }

    private string? Id(Section section)
    {
        var id = Names.Read(section.Require("id", "denials and the audit name rules by it"), section.At("id"), problems);
        if (id is { } text && !_ids.Add(text.Text))
        {
            problems.Error(text.Node, text.Path, $"Another rule is called '{text.Text}' already.");
        }

        return id?.Text;
    }

    private RefRules Refs(Section rule)
    {
        if (Section.Open(rule.Find("refs"), rule.At("refs"), problems, PolicyKeys.Refs) is not { } section)
        {
            return RefRules.Everything;
        }

        if (!PolicyKeys.Refs.Any(section.Has))
        {
            problems.Error(section.Map, section.Path, "It says nothing; give visible, push or both, or leave 'refs' away to mean every ref.");
        }

        return new RefRules(
            section.Find("visible") is { } visible ? Globs.Refs(visible, section.At("visible"), problems) : null,
            // Without "push" nothing may be pushed: restricting refs at all must not open every ref to pushes.
            section.Find("push") is { } push ? Globs.Refs(push, section.At("push"), problems, mayBeEmpty: true) : []);
    }

    private void Check(Section section, Rule rule)
    {
        if (!section.Has("repositories") && !section.Has("vaults"))
        {
            problems.Error(section.Map, section.Path, "It is about nothing; give repositories, vaults or both.");
        }
        else if (!section.Has("repositories"))
        {
            foreach (var key in RepositoryKeys.Where(section.Has))
            {
                problems.Error(section.Find(key)!, section.At(key), $"'{key}' is about repositories, and the rule has no 'repositories'.");
            }

            if (rule.Deny.Any(static entry => entry.Secrets.IsEmpty))
            {
                problems.Error(section.Find("deny")!, section.At("deny"), "'push', 'read' and 'api' are about repositories, and the rule has no 'repositories'.");
            }
        }
        else if (!section.Has("allow") && !section.Has("deny") && !section.Has("approve") && !section.Has("use"))
        {
            problems.Warn(section.Map, section.Path, "It neither allows, denies nor asks for approval of anything on its repositories.");
        }

        if (!section.Has("vaults") && rule.Deny.Any(static entry => !entry.Secrets.IsEmpty))
        {
            problems.Error(section.Find("deny")!, section.At("deny"), "'secrets' is about vaults, and the rule has no 'vaults'.");
        }

        if (rule.Allow[PermissionSet.Contents] >= Access.Write && section.Find("refs") is YamlMap refs
            && !refs.Entries.Any(static entry => entry.Key.Text == "push"))
        {
            problems.Warn(refs, section.At("refs"), "contents: write is allowed, but without 'push' no ref can be pushed; 'push: []' says that on purpose.");
        }

        if (rule is { Exchange: true, Allow.IsEmpty: true } && section.Has("repositories"))
        {
            problems.Warn(section.Find("exchange")!, section.At("exchange"), "The rule allows nothing, so there is nothing that a token could be had for.");
        }

        if (rule is { Opaque: OpaqueHandling.Allow, DeniesReadingPaths: true })
        {
            problems.Warn(section.Find("opaque")!, section.At("opaque"), "A clone carries every path, also those that 'deny' keeps from readers.");
        }

        if (rule is { Opaque: OpaqueHandling.Inspect, DeniesReadingPaths: true })
        {
            problems.Warn(section.Find("opaque")!, section.At("opaque"), "Inspecting finds secrets and leaves out no path, so that clones are refused while 'deny' keeps some from readers.");
        }
    }
}
