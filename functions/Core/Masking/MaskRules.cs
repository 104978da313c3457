using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using CursorBroker.Core.Masking.Reading;
using CursorBroker.Core.Masking.Scanning;
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
        var literals = new Dictionary<(string Text, bool IgnoreCase), List<(int Rule, Patterns.Reach Reach)>>();
        for (var i = 0; i < rules.Length; i++)
        {
            for (var j = 0; j < rules[i].Anchors.Length; j++)
            {
                if (rules[i].Reaches[j] is { } reach)
                {
                    var text = rules[i].IgnoreCase ? rules[i].Anchors[j].ToLowerInvariant() : rules[i].Anchors[j];
                    (literals.TryGetValue((text, rules[i].IgnoreCase), out var users) ? users : literals[(text, rules[i].IgnoreCase)] = []).Add((i, reach));
                    Behind = Math.Max(Behind, reach.Most + text.Length - 1);
                }
            }
        }

        Scanner = new(literals.Keys.Select(static key => new Literal(Encoding.ASCII.GetBytes(key.Text), key.IgnoreCase)));
        Users = [.. literals.Values.Select(static users => users.ToArray())];
    }

    /// <summary>The product's own rules.</summary>
    public static MaskRules Default => Product.Value;

    /// <summary>How many rules there are.</summary>
    public int Count => Rules.Length;

    internal ImmutableArray<MaskRule> Rules { get; }

    internal AnchorScanner Scanner { get; }

    /// <summary>For each literal of the scanner, the rules that begin near it.</summary>
    internal (int Rule, Patterns.Reach Reach)[][] Users { get; }

    /// <summary>Instructions of the longest pattern.</summary>
    internal int LongestProgram => Rules.Max(static rule => rule.Program.Steps.Length);

    /// <summary>How many bytes before the end of what is known a match can begin whose first anchor is not wholly there yet.</summary>
    internal int Behind { get; }

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
        return settings.Fields.IsEmpty && settings.Custom.IsEmpty && settings.Allow.IsEmpty
            ? new(Default, [])
            : throw new NotSupportedException("masking.fields, custom and allow are not there yet.");
    }

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
