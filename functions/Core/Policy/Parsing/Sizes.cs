using System.Globalization;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Sizes: a whole number and one of <c>KB</c>, <c>MB</c>, <c>GB</c>, which are powers of 1024 bytes.</summary>
internal static class Sizes
{
    private const long Kilobyte = 1024;
    private const int Digits = 7;

    /// <summary>The size in bytes.</summary>
    public static long? Read(YamlValue? value, string path, Problems problems, int least)
    {
        if (Values.Text(value, path, problems) is not { } text)
        {
            return null;
        }

        if (!TryParse(text.Text, out var bytes))
        {
            problems.Error(text.Node, path, $"'{Shown.Short(text.Text)}' is not a size; write a whole number and KB, MB or GB, such as 512KB, 50MB or 1GB.");
            return null;
        }

        if (bytes < least)
        {
            problems.Error(text.Node, path, $"'{text.Text}' is out of range: above zero.");
            return null;
        }

        return bytes;
    }

    /// <summary>Parses at most seven digits and a unit in upper case.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length is < 3 or > Digits + 2 || !long.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var unit = text[^2..] switch
        {
            "KB" => Kilobyte,
            "MB" => Kilobyte * Kilobyte,
            "GB" => Kilobyte * Kilobyte * Kilobyte,
            _ => 0,
        };
        bytes = number * unit;
        return unit > 0;
    }
}
