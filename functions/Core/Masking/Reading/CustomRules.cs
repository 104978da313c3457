using System.Collections.Immutable;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Parsing;

namespace CursorBroker.Core.Masking.Reading;

/// <summary>A policy's own patterns as rules: they say less than a rule of the product, so more is worked out.</summary>
internal static class CustomRules
{
    private const string Group = "value";

    public static IEnumerable<MaskRule> Read(ImmutableArray<CustomMask> custom, Problems problems) =>
        custom.Select((mask, i) => ReadOne(mask, $"custom[{i}].pattern", problems)).OfType<MaskRule>();

    private static MaskRule? ReadOne(CustomMask mask, string path, Problems problems)
    {
        var pattern = mask.Pattern;
        var ignoreCase = pattern.StartsWith("(?i)", StringComparison.Ordinal);
        pattern = ignoreCase ? pattern[4..] : pattern;
        var before = pattern.StartsWith(@"\b", StringComparison.Ordinal);
        pattern = before ? pattern[2..] : pattern;
        var after = pattern.EndsWith(@"\b", StringComparison.Ordinal) && !pattern.EndsWith(@"\\b", StringComparison.Ordinal);
        pattern = after ? pattern[..^2] : pattern;
        try
        {
            var edge = PatternParser.ParseClass("[^A-Za-z0-9_]", ignoreCase: false);
            var node = PatternParser.ParseOpen(pattern, ignoreCase);
            var anchors = RequiredLiterals.Of(node);
            if (anchors.IsEmpty)
            {
                problems.Error(1, 1, path, $"Every match must hold a literal of at least {RequiredLiterals.Shortest} characters, by which it is found; without one, all of every answer would have to be matched.");
                return null;
            }

            var group = PatternParser.HasGroup(node, Group) ? Group : null;
            var place = ValuePlace.Of(node, group);
            if (place.Before.Most > MaskRule.MostBeforeValue)
            {
                problems.Error(1, 1, path, $"The masked group begins up to {place.Before.Most} bytes after the match does; {MaskRule.MostBeforeValue} are possible.");
                return null;
            }

            return new()
            {
                Id = mask.Id,
                Pattern = pattern,
                Anchors = anchors,
                IgnoreCase = ignoreCase,
                Tier = MaskTier.Identified,
                Program = MatchProgram.Compile(node, group, after ? edge : null),
                Reaches = [.. AnchorReach.Find(PatternProgram.Compile(node), anchors, ignoreCase)],
                Bytes = PatternParser.AllBytes(node),
                BeforeValue = place.Before,
                LeastValue = place.Least,
                IsLate = true,
                IsByShape = false,
                Before = before ? edge : null,
                After = after ? edge : null,
                HasValue = group is not null,
                Trailing = PatternParser.TrailingClass(node),
                Validators = [],
                Examples = [],
                Negatives = [],
            };
        }
        catch (PatternException refused)
        {
            problems.Error(1, 1, path, $"{refused.Message} (at character {refused.At + 1 + (mask.Pattern.Length - pattern.Length - (after ? 2 : 0))} of the pattern).");
            return null;
        }
    }
}
