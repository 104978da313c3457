using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy.Indexing;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads the whole document, in the order in which sections need each other.</summary>
internal sealed class PolicyReader(Problems problems, PolicyCompileOptions options)
{
    private const int LanguageVersion = 1;

    public PolicySet? Read(YamlValue root, string version)
    {
        if (Section.Open(root, "", problems, PolicyKeys.Policy) is not { } section)
        {
            return null;
        }

        CheckVersion(section);
        var issuers = HostIssuers.Join(new IssuersReader(problems).Read(section.Find("issuers")), options.HostIssuers);
        if (issuers.IsEmpty)
        {
            problems.Warn(section.Find("issuers") ?? section.Map, "issuers", "No issuer is listed, so nobody can sign in unless the host trusts one of its own, as the sandbox does.");
        }

        var known = new IssuersKnown(
            [.. issuers.Select(static issuer => issuer.Issuer)], issuers.Any(static issuer => issuer.Workloads != WorkloadRule.Never));
        var who = new WhoReader(problems, known);
        var notify = NotifyReader.Read(section.Find("notify"), problems);
        var approve = new ApproveReader(problems, [.. notify.Keys]);
        var ceiling = PermissionsReader.Ceiling(section.Find("ceiling"), problems);
        var rules = new RulesReader(problems, who, approve, ceiling).Read(section.Find("rules"));
        CheckUse(section, rules, approve);
        var masking = new MaskingReader(problems).Read(section.Find("masking"));
        return new PolicySet
        {
            Version = version,
            Issuers = issuers,
            Roles = Roles(section, who),
            Notify = notify,
            Masking = masking,
            MaskRules = MaskRulesPlacing.Compile(masking, section.Find("masking"), problems),
            Ceiling = ceiling,
            Rules = rules,
            Index = new RuleIndex(rules),
            Tests = new TestsReader(problems, new TestCallerReader(problems, who, known)).Read(section.Find("tests")),
        };
    }

    private void CheckVersion(Section section)
    {
        var value = section.Require("version", "write 'version: 1'");
        Values.Number(value, section.At("version"), problems, LanguageVersion, LanguageVersion);
    }

    private PolicyRoles Roles(Section root, WhoReader who) =>
        Section.Open(root.Find("roles"), "roles", problems, PolicyKeys.Roles) is { } section
            ? new(who.Read(section.Find("admins"), section.At("admins"), PolicyKeys.Role), who.Read(section.Find("auditors"), section.At("auditors"), PolicyKeys.Role))
            : PolicyRoles.Nobody;

    private void CheckUse(Section root, ImmutableArray<Rule> rules, ApproveReader approve)
    {
        if (rules.IsEmpty)
        {
            problems.Warn(root.Find("rules") ?? root.Map, "rules", "There is no rule, so everything is refused.");
        }

        foreach (var (key, _) in (root.Find("notify") as YamlMap)?.Entries ?? [])
        {
            if (!approve.TargetsUsed.Contains(key.Text))
            {
                problems.Warn(key, Paths.Key("notify", key.Text), "No rule names this target.");
            }
        }
    }
}
