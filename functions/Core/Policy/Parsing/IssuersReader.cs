using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>issuers</c>.</summary>
internal sealed class IssuersReader(Problems problems)
{
    private static readonly Dictionary<string, GroupOverage> Overages = new()
    {
        ["graph"] = GroupOverage.Graph,
        ["refuse"] = GroupOverage.Refuse,
    };

    public ImmutableArray<IssuerSettings> Read(YamlValue? value)
    {
        var issuers = ImmutableArray.CreateBuilder<IssuerSettings>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, i) in (Values.List(value, "issuers", problems)?.Items ?? []).Select(static (item, i) => (item, i)))
        {
            if (ReadOne(item, Paths.Item("issuers", i)) is { } issuer)
            {
                if (seen.Add(issuer.Issuer))
                {
                    issuers.Add(issuer);
                }
                else
                {
                    problems.Error(item, Paths.Item("issuers", i), $"The issuer '{Shown.Short(issuer.Issuer)}' is listed twice.");
                }
            }
        }

        return issuers.ToImmutable();
    }

    private IssuerSettings? ReadOne(YamlValue item, string path)
    {
        if (Section.Open(item, path, problems, PolicyKeys.Issuer) is not { } section)
        {
            return null;
        }

        var issuer = Values.Text(section.Require("issuer", "the exact 'iss' of its tokens"), section.At("issuer"), problems);
        var audiences = Values.Texts(section.Require("audiences", "without one, tokens meant for others would be taken"), section.At("audiences"), problems);
        var subject = Subject(section, issuer?.Text ?? "");
        var (claim, overage, names) = Groups(section, issuer?.Text ?? "");
        var settings = new IssuerSettings
        {
            Issuer = issuer?.Text ?? "",
            Audiences = Plain(audiences),
            Clients = Plain(Values.Texts(section.Find("clients"), section.At("clients"), problems)),
            SubjectClaims = subject,
            RequiredClaims = Required(section),
            GroupsClaim = claim,
            Overage = overage,
            GroupNames = names,
            Workloads = WorkloadsOf(section),
        };
        return issuer is { } text && IssuerUrl.Check(text, problems) ? settings : null;
    }

    private ImmutableArray<string> Subject(Section issuer, string name)
    {
        var claims = Section.Open(issuer.Find("subject"), issuer.At("subject"), problems, PolicyKeys.Subject) is { } section
            ? Values.Texts(section.Require("claims", "which claims name a person for good"), section.At("claims"), problems)
            : [];
        if (claims.IsEmpty)
        {
            return IssuerUrl.IsEntra(name) ? ["tid", "oid"] : ["sub"];
        }

        if (IssuerUrl.IsEntra(name) && claims.Any(static claim => claim.Text == "sub"))
        {
            problems.Warn(claims[0].Node, issuer.At("subject"), "Entra's 'sub' is another one for each client, so one person becomes several; use tid and oid.");
        }

        return Plain(claims);
    }

    private (string? Claim, GroupOverage Overage, ImmutableDictionary<string, string> Names) Groups(Section issuer, string name)
    {
        if (Section.Open(issuer.Find("groups"), issuer.At("groups"), problems, PolicyKeys.IssuerGroups) is not { } section)
        {
            return (null, GroupOverage.Refuse, ImmutableDictionary<string, string>.Empty);
        }

        var claim = Values.Text(section.Require("claim", "which claim holds the groups"), section.At("claim"), problems)?.Text;
        var overage = Values.Choice(section.Find("overage"), section.At("overage"), problems, Overages) ?? GroupOverage.Refuse;
        if (overage == GroupOverage.Graph && !IssuerUrl.IsEntra(name) && !IssuerUrl.IsLoopback(name))
        {
            problems.Warn(section.Find("overage")!, section.At("overage"), "Microsoft Graph knows Entra's groups only.");
        }

        return (claim, overage, GroupNames(section));
    }

    private ImmutableDictionary<string, string> GroupNames(Section groups)
    {
        var byId = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var at = groups.At("names");
        foreach (var (key, value) in (IEnumerable<YamlEntry>?)Values.Map(groups.Find("names"), at, problems)?.Entries ?? [])
        {
            if (Values.Text(value, Paths.Key(at, key.Text), problems) is { } id && !byId.TryAdd(id.Text, key.Text))
            {
                problems.Error(id.Node, id.Path, $"The id '{Shown.Short(id.Text)}' already has the name '{Shown.Short(byId[id.Text])}'.");
            }
        }

        return byId.ToImmutable();
    }

    private ImmutableDictionary<string, ImmutableArray<string>> Required(Section issuer)
    {
        var at = issuer.At("require");
        var required = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (key, value) in (IEnumerable<YamlEntry>?)Values.Map(issuer.Find("require"), at, problems)?.Entries ?? [])
        {
            required[key.Text] = Plain(Values.Texts(value, Paths.Key(at, key.Text), problems));
        }

        return required.ToImmutable();
    }

    private WorkloadRule WorkloadsOf(Section issuer)
    {
        var (value, at) = (issuer.Find("workloads"), issuer.At("workloads"));
        if (value is YamlScalar scalar)
        {
            if (scalar.Text != "always")
            {
                problems.Error(scalar, at, $"'{Shown.Short(scalar.Text)}' is neither 'always' nor {{ claim: ..., value: ... }}.");
            }

            return new WorkloadRule(Always: scalar.Text == "always");
        }

        if (Section.Open(value, at, problems, PolicyKeys.Workloads) is not { } section)
        {
            return WorkloadRule.Never;
        }

        var claim = Values.Text(section.Require("claim", "which claim tells a workload"), section.At("claim"), problems)?.Text;
        var wanted = Values.Text(section.Require("value", "what that claim says of a workload"), section.At("value"), problems)?.Text;
        return claim is null || wanted is null ? WorkloadRule.Never : new WorkloadRule(false, claim, wanted);
    }

    private static ImmutableArray<string> Plain(ImmutableArray<PlacedText> texts) => [.. texts.Select(static text => text.Text)];
}
