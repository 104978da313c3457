using System.Collections.Immutable;
using System.Reflection;
using CursorBroker.Core.Masking.Reading;
using CursorBroker.Core.Masking.Scanning;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Parsing;

namespace CursorBroker.Core.Masking;

/// <summary>What became of rule files.</summary>
/// <param name="Rules">The compiled rules; null when there is any error.</param>
/// <param name="Problems">Everything that is wrong, in the order of the text.</param>
public sealed record MaskRulesCompilation(MaskRules? Rules, ImmutableArray<PolicyProblem> Problems);

/// <summary>A compiled set of rules: immutable, shared by all streams.</summary>
public sealed class MaskRules
{
    private const string Folder = "CursorBroker.Core.Masking.Rules.";
    private const string Fragments = Folder + "fragments.yaml";
    private static readonly Lazy<MaskRules> Product = new(ReadProduct);

    internal MaskRules(ImmutableArray<MaskRule> rules)
    {
        Rules = rules;
        Anchors = new(rules, static rule => !rule.IsByShape);
        Names = new(rules, static rule => rule.IsByShape);
        Scanner = new(Anchors.Literals);
        Near = new(Names.Literals);
        Workspaces = new(this);
        BeforeValue = rules.Select(static rule => rule.BeforeValue.Most).DefaultIfEmpty().Max();
        NamesBefore = rules.Where(static rule => rule.IsByShape).Select(static rule => rule.BeforeValue.Most).DefaultIfEmpty().Max();
    }

    /// <summary>Rules of which the first are those of another set, whatever is done about them: what finds their anchors is shared.</summary>
    private MaskRules(ImmutableArray<MaskRule> rules, MaskRules like)
    {
        Rules = rules;
        (Anchors, Names, Scanner, Near, NamesBefore) = (like.Anchors, like.Names, like.Scanner, like.Near, like.NamesBefore);
        BeforeValue = rules.Max(static rule => rule.BeforeValue.Most);
        if (rules.Length > like.Rules.Length)
        {
            MoreAnchors = new(rules, static _ => true, like.Rules.Length);
            MoreScanner = new(MoreAnchors.Literals);
        }

        Workspaces = new(this);
    }

    /// <summary>The product's own rules.</summary>
    public static MaskRules Default => Product.Value;

    /// <summary>How many rules there are.</summary>
    public int Count => Rules.Length;

    internal ImmutableArray<MaskRule> Rules { get; }

    /// <summary>The literals that are looked for in all of a text, and which rules begin near them.</summary>
    internal AnchorUsers Anchors { get; }

    /// <summary>Those that are looked for only before runs that may be a value.</summary>
    internal AnchorUsers Names { get; }

    internal AnchorScanner Scanner { get; }

    /// <summary>The literals of rules that a policy adds; null when it adds none.</summary>
    internal AnchorUsers? MoreAnchors { get; }

    internal AnchorScanner? MoreScanner { get; }

    internal AnchorScanner Near { get; }

    /// <summary>What maskers by these rules work with.</summary>
    internal WorkspacePool Workspaces { get; }

    /// <summary>Most bytes of any match before its masked value.</summary>
    internal int BeforeValue { get; }

    /// <summary>The same of rules whose anchors are names.</summary>
    internal int NamesBefore { get; }

    /// <summary>Compiles one rule file. Never throws for what the text says.</summary>
    /// <param name="yaml">The text, at most 1 MB.</param>
    public static MaskRulesCompilation Compile(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var problems = new Problems();
        var rules = new RuleReader(problems).Read(yaml);
        return new(problems.HasErrors ? null : new MaskRules(rules), problems.Sorted());
    }

    /// <summary>The product's rules with what a policy adds and changes. Never throws for what the settings say.</summary>
    public static MaskRulesCompilation For(MaskingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Generation == MaskingSettings.Default.Generation)
        {
            return new(Default, []);
        }

        var problems = new Problems();
        var custom = CustomRules.Read(settings.Custom, problems).ToDictionary(static rule => rule.Id);
        for (var i = 0; i < settings.Fields.Length; i++)
        {
            if (settings.Fields[i].Length is 0 or > 64 || !System.Text.Ascii.IsValid(settings.Fields[i]) || settings.Fields[i].Contains('"', StringComparison.Ordinal))
            {
                problems.Error(1, 1, $"fields[{i}]", "A field's name has 1 to 64 ASCII characters, no quotes among them.");
            }
        }

        if (problems.HasErrors)
        {
            return new(null, problems.Sorted());
        }

        ImmutableArray<MaskRule> rules = [.. Default.Rules.Concat(custom.Values).Select(rule => rule with { Action = ActionOf(rule.Id) })];
        return new(
            new MaskRules(rules, Default)
            {
                Allow = [.. settings.Allow.Select(static entry => new MaskAllow(entry))],
                Fields = settings.Fields.IsEmpty ? null : new(settings.Fields.Select(static name => new Literal(System.Text.Encoding.ASCII.GetBytes($"\"{name.ToLowerInvariant()}\""), IgnoreCase: true))),
            },
            problems.Sorted());

        MaskAction ActionOf(string id) => settings.Actions.TryGetValue(id, out var action) ? action
            : settings.Custom.FirstOrDefault(mask => mask.Id == id)?.Action ?? settings.Action;
    }

    /// <summary>Whether a policy says that the value is none, although the rule finds it.</summary>
    internal bool Allows(string rule, ReadOnlySpan<byte> value)
    {
        foreach (var entry in Allow)
        {
            if (entry.Allows(rule, value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The names of fields, in quotes, whose values are masked whatever they are; null when there are none.</summary>
    internal LiteralTable? Fields { get; init; }

    /// <summary>What a policy says is no secret.</summary>
    internal ImmutableArray<MaskAllow> Allow { get; init; } = [];


    private static MaskRules ReadProduct()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var problems = new Problems();
        var reader = new RuleReader(problems);
        var rules = ImmutableArray.CreateBuilder<MaskRule>();
        var names = assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Folder, StringComparison.Ordinal));
        foreach (var name in names.OrderBy(static name => name != Fragments).ThenBy(static name => name, StringComparer.Ordinal))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            rules.AddRange(reader.Read(text.ReadToEnd()));
            if (problems.HasErrors)
            {
                throw new InvalidOperationException($"{name[Folder.Length..]}:{string.Join('\n', problems.Sorted())}");
            }
        }

        return rules.Count > 0 ? new MaskRules(rules.ToImmutable()) : throw new InvalidOperationException("The product's masking rules are not in the assembly.");
    }
}
