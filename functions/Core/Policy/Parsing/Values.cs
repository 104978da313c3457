using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>A text with the place it stands at, for the checks that follow.</summary>
internal readonly record struct PlacedText(string Text, YamlScalar Node, string Path);

/// <summary>Turns values into plain types; each reports what is wrong and returns null (or leaves out the item). A null value is absent and no error.</summary>
internal static class Values
{
    public static YamlMap? Map(YamlValue? value, string path, Problems problems) =>
        Of<YamlMap>(value, path, problems, "a mapping (key: value)");

    public static YamlList? List(YamlValue? value, string path, Problems problems) =>
        Of<YamlList>(value, path, problems, value is YamlScalar { Text.Length: > 0 } scalar && scalar.TypeOf() != ScalarType.Null ? $"a list: [{Shown.Short(scalar.Text)}]" : "a list");

    public static PlacedText? Text(YamlValue? value, string path, Problems problems)
    {
        if (Of<YamlScalar>(value, path, problems, "text") is not { } scalar)
        {
            return null;
        }

        switch (scalar.TypeOf())
        {
            case ScalarType.Text when scalar.Text.Length > 0:
                return new(scalar.Text, scalar, path);
            case ScalarType.Text or ScalarType.Null:
                problems.Error(scalar, path, "Expected text, found nothing.");
                return null;
            default:
                problems.Error(scalar, path, $"Expected text, found {Name(scalar)}; put it in quotes if it is meant as text.");
                return null;
        }
    }

    public static ImmutableArray<PlacedText> Texts(YamlValue? value, string path, Problems problems, bool mayBeEmpty = false)
    {
        if (List(value, path, problems) is not { } list)
        {
            return [];
        }

        if (list.Items.IsEmpty && !mayBeEmpty)
        {
            problems.Error(list, path, "The list is empty; it needs at least one item.");
        }

        return [.. list.Items.Select((item, i) => Text(item, Paths.Item(path, i), problems)).OfType<PlacedText>()];
    }

    public static bool? Flag(YamlValue? value, string path, Problems problems)
    {
        if (Of<YamlScalar>(value, path, problems, "true or false") is not { } scalar)
        {
            return null;
        }

        if (scalar.TypeOf() == ScalarType.Boolean)
        {
            return scalar.Text[0] is 't' or 'T';
        }

        problems.Error(scalar, path, $"Expected true or false, found {Name(scalar)}.");
        return null;
    }

    public static int? Number(YamlValue? value, string path, Problems problems, int least, int most)
    {
        if (Of<YamlScalar>(value, path, problems, "a whole number") is not { } scalar)
        {
            return null;
        }

        if (scalar.TypeOf() == ScalarType.Integer
            && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        problems.Error(scalar, path, $"Expected a whole number from {least} to {most}, found {Name(scalar)}.");
        return null;
    }

    public static T? Choice<T>(YamlValue? value, string path, Problems problems, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(value, path, problems) is not { } text)
        {
            return null;
        }

        if (choices.TryGetValue(text.Text, out var chosen))
        {
            return chosen;
        }

        problems.Error(text.Node, path, $"'{Shown.Short(text.Text)}' is none of {string.Join(", ", choices.Keys)}.{DidYouMean.For(text.Text, choices.Keys)}");
        return null;
    }

    private static T? Of<T>(YamlValue? value, string path, Problems problems, string expected)
        where T : YamlValue
    {
        if (value is not (null or T or YamlRefused))
        {
            problems.Error(value, path, $"Expected {expected}, found {Name(value)}.");
        }

        return value as T;
    }

    private static string Name(YamlValue value) => value switch
    {
        YamlMap => "a mapping",
        YamlList => "a list",
        YamlScalar scalar when scalar.TypeOf() is ScalarType.Null => "nothing",
        YamlScalar scalar when scalar.TypeOf() is ScalarType.Boolean => $"the truth value {scalar.Text}",
        YamlScalar scalar when scalar.TypeOf() is ScalarType.Integer or ScalarType.Float => $"the number {scalar.Text}",
        YamlScalar scalar => $"'{Shown.Short(scalar.Text)}'",
        _ => "something refused",
    };
}
