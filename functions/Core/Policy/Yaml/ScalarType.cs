using System.Text.RegularExpressions;

namespace CursorBroker.Core.Policy.Yaml;

/// <summary>What YAML 1.2's core schema (chapter 10.3) makes of a scalar.</summary>
internal enum ScalarType
{
    /// <summary>Text: quoted, or plain and nothing else.</summary>
    Text,

    /// <summary>Nothing: empty, <c>~</c> or <c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a fraction or exponent, infinity or not-a-number.</summary>
    Float,
}

/// <summary>Finds a scalar's type, so that the compiler and an editor with the JSON Schema agree on what was written.</summary>
internal static partial class ScalarTypes
{
    // No number is longer; a hostile megabyte of digits is text to us and refused as such.
    private const int LongestTyped = 64;

    public static ScalarType TypeOf(this YamlScalar scalar)
    {
        if (!scalar.Plain || scalar.Text.Length > LongestTyped)
        {
            return ScalarType.Text;
        }

        return scalar.Text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => ScalarType.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarType.Boolean,
            var text when Whole().IsMatch(text) => ScalarType.Integer,
            var text when Fraction().IsMatch(text) => ScalarType.Float,
            _ => ScalarType.Text,
        };
    }

    [GeneratedRegex(@"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
