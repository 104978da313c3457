using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Compiles the rules of masking, and puts what is wrong with them where the policy's text says it.</summary>
internal static class MaskRulesPlacing
{
    /// <summary>The rules; the product's own while the policy has errors, and then it is not used.</summary>
    public static MaskRules Compile(MaskingSettings settings, YamlValue? masking, Problems problems)
    {
        if (problems.HasErrors || masking is null)
        {
            return MaskRules.Default;
        }

        var compiled = MaskRules.For(settings);
        foreach (var problem in compiled.Problems)
        {
            var at = Find(masking, problem.Path);
            var path = problem.Path.Length == 0 ? "masking" : $"masking.{problem.Path}";
            if (problem.Severity == PolicySeverity.Error)
            {
                problems.Error(at, path, problem.Message);
            }
            else
            {
                problems.Warn(at, path, problem.Message);
            }
        }

        return compiled.Rules ?? MaskRules.Default;
    }

    /// <summary>What stands at a path such as <c>custom[0].pattern</c>, or what is nearest above it.</summary>
    private static YamlValue Find(YamlValue masking, string path)
    {
        var found = masking;
        foreach (var part in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = found switch
            {
                YamlMap map => map.Entries.FirstOrDefault(entry => entry.Key.Text == part).Value,
                YamlList list => int.TryParse(part, out var index) && index < list.Items.Length ? list.Items[index] : null,
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            found = next;
        }

        return found;
    }
}
