using System.Text;

namespace CursorBroker.Core.Git.Objects;

/// <summary>Names that no tree may hold: they would leave the directory, or reach into git's own on some file system (git-fsck(1)).</summary>
internal static class TreeNames
{
    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return "a tree has an entry without a name";
        }

        if (name.Contains((byte)'/'))
        {
            return "a tree has an entry with a slash in its name";
        }

        if (name[0] is not ((byte)'.' or (byte)'g' or (byte)'G' or >= 0x80))
        {
            return null;
        }

        return name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) ? "a tree has an entry named '.' or '..'"
            : IsDotGitOnNtfs(name) || IsDotGitOnHfs(name) ? "a tree has an entry that is '.git' on some file system"
            : null;
    }

    // NTFS ignores trailing dots and spaces and what follows a colon, takes a backslash for a separator, and knows .git by its short name too.
    private static bool IsDotGitOnNtfs(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOfAny((byte)':', (byte)'\\');
        var part = (end < 0 ? name : name[..end]).TrimEnd(" ."u8);
        return Ascii.EqualsIgnoreCase(part, ".git"u8) || Ascii.EqualsIgnoreCase(part, "git~1"u8);
    }

    // HFS+ drops these code points when it compares names.
    private static bool IsDotGitOnHfs(ReadOnlySpan<byte> name)
    {
        if (!name.ContainsAny((byte)0xE2, (byte)0xEF))
        {
            return false;
        }

        Span<byte> kept = stackalloc byte[".git".Length];
        var length = 0;
        foreach (var rune in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            if (rune.Value is (>= 0x200C and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x206A and <= 0x206F) or 0xFEFF)
            {
                continue;
            }

            if (!rune.IsAscii || length == kept.Length)
            {
                return false;
            }

            kept[length++] = (byte)rune.Value;
        }

        return Ascii.EqualsIgnoreCase(kept[..length], ".git"u8);
    }
}
