using System.Globalization;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Durations: a whole number and one of <c>s</c>, <c>m</c>, <c>h</c>.</summary>
internal static class Durations
{
    public static TimeSpan? Read(YamlValue? value, string path, Problems problems, TimeSpan most)
    {
        if (Values.Text(value, path, problems) is not { } text)
        {
            return null;
        }

        if (!TryParse(text.Text, out var duration))
        {
            problems.Error(text.Node, path, $"'{Shown.Short(text.Text)}' is not a duration; write a whole number and s, m or h, such as 90s, 10m or 1h.");
            return null;
        }

        if (duration <= TimeSpan.Zero || duration > most)
        {
            problems.Error(text.Node, path, $"'{text.Text}' is out of range: above zero, at most {Format(most)}.");
            return null;
        }

        return duration;
    }

    /// <summary>The shortest way to write it.</summary>
    public static string Format(TimeSpan duration) =>
        duration.Ticks % TimeSpan.TicksPerHour == 0 ? $"{(long)duration.TotalHours}h"
        : duration.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{(long)duration.TotalMinutes}m"
        : $"{(long)duration.TotalSeconds}s";

    private static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is < 2 or > 8
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        duration = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => TimeSpan.MinValue,
        };
        return duration != TimeSpan.MinValue;
    }
}
