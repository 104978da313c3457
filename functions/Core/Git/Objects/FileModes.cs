namespace CursorBroker.Core.Git.Objects;

/// <summary>The modes that a tree's entry may have.</summary>
internal static class FileModes
{
    /// <summary>A directory.</summary>
    public const int Tree = 0x4000;

    /// <summary>A submodule: a commit of another repository.</summary>
    public const int Submodule = 0xE000;

    /// <summary>The mode in git's own spelling, without leading zeros; 0 for any other. <c>100664</c> is found in histories of git's first months.</summary>
    public static int Parse(ReadOnlySpan<byte> octal) =>
        octal.SequenceEqual("40000"u8) ? Tree
        : octal.SequenceEqual("100644"u8) ? 0x81A4
        : octal.SequenceEqual("100755"u8) ? 0x81ED
        : octal.SequenceEqual("120000"u8) ? 0xA000
        : octal.SequenceEqual("160000"u8) ? Submodule
        : octal.SequenceEqual("100664"u8) ? 0x81B4
        : 0;
}
