using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads <c>who</c> (rules) and the holders of a role.</summary>
internal sealed partial class WhoReader(Problems problems, IssuersKnown issuers)
{
    private static readonly ImmutableArray<string> AddressClaims = ["email", "preferred_username", "upn", "unique_name"];

    public Who? Read(YamlValue? value, string path, ImmutableArray<string> keys)
    {
        if (Section.Open(value, path, problems, keys) is not { } section)
        {
            return null;
        }

        if (!keys.Any(section.Has))
        {
            problems.Error(section.Map, path, $"It names nobody; at least one of {string.Join(", ", keys)} must be there.");
            return null;
        }

        return new Who
        {
            Groups = [.. Values.Texts(section.Find("groups"), section.At("groups"), problems).Select(static text => text.Text)],
            Users = [.. Values.Texts(section.Find("users"), section.At("users"), problems).Select(User).OfType<SubjectPattern>()],
            Workloads = keys.Contains("workloads") ? Workloads(section.Find("workloads"), section.At("workloads")) : [],
            Claims = keys.Contains("claims") ? Claims(section.Find("claims"), section.At("claims")) : [],
        };
    }

    /// <summary>A person by immutable subject. Null, reported, for an e-mail address.</summary>
    public SubjectPattern? User(PlacedText text)
    {
        var user = SubjectPattern.Exact(text.Text);
        if (EmailAddress().IsMatch(user.Subject))
        {
            problems.Error(text.Node, text.Path,
                $"'{Shown.Short(text.Text)}' looks like an e-mail address. Addresses are reassigned and can be claimed by others; name the provider's immutable subject (on Entra 'tid/oid'), or use a group.");
            return null;
        }

        CheckIssuer(user, text);
        return user;
    }

    private ImmutableArray<SubjectPattern> Workloads(YamlValue? value, string path)
    {
        var workloads = ImmutableArray.CreateBuilder<SubjectPattern>();
        foreach (var text in Values.Texts(value, path, problems))
        {
            var pattern = SubjectPattern.Matching(text.Text);
            if (pattern.Subject.Length == 0 || Globs.Workload(text with { Text = pattern.Subject }, problems) is null)
            {
                if (pattern.Subject.Length == 0)
                {
                    problems.Error(text.Node, text.Path, "There is no subject after '#'.");
                }

                continue;
            }

            CheckIssuer(pattern, text);
            workloads.Add(pattern);
        }

        if (value is not null && !issuers.AnyWorkloads && !issuers.Names.IsEmpty)
        {
            problems.Warn(value, path, "None of the listed issuers has 'workloads', so no caller is ever a workload.");
        }

        return workloads.ToImmutable();
    }

    private ImmutableArray<ClaimDemand> Claims(YamlValue? value, string path)
    {
        var claims = ImmutableArray.CreateBuilder<ClaimDemand>();
        var map = Values.Map(value, path, problems);
        if (map is { Entries.IsEmpty: true })
        {
            problems.Error(map, path, "It is empty; name at least one claim.");
        }

        foreach (var (key, values) in (IEnumerable<YamlEntry>?)map?.Entries ?? [])
        {
            var at = Paths.Key(path, key.Text);
            claims.Add(new(key.Text, [.. Values.Texts(values, at, problems).Select(static text => text.Text)]));
            if (AddressClaims.Contains(key.Text))
            {
                problems.Warn(key, at, "Addresses and login names can be reassigned; decide by groups or immutable subjects.");
            }
        }

        return claims.ToImmutable();
    }

    private void CheckIssuer(SubjectPattern pattern, PlacedText text)
    {
        if (pattern.Issuer is { } issuer && !issuers.Names.Contains(issuer))
        {
            problems.Warn(text.Node, text.Path, $"No issuer '{Shown.Short(issuer)}' is listed, so this matches nobody.");
        }
        else if (pattern.Issuer is null && issuers.Names.Count > 1)
        {
            problems.Warn(text.Node, text.Path, "Several issuers are listed and each could have this subject; write issuer#subject.");
        }
    }

    [GeneratedRegex(@"^[^@\s/:|]+@[^@\s/:|]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex EmailAddress();
}

/// <summary>What the checks elsewhere need to know of the issuers.</summary>
/// <param name="Names">Every issuer, the host's included.</param>
/// <param name="AnyWorkloads">Whether any of them can say that a caller is a workload.</param>
internal sealed record IssuersKnown(ImmutableHashSet<string> Names, bool AnyWorkloads);
