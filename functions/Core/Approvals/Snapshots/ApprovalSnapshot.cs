using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>
/// What approvers are shown, taken when the approval was opened, masked and bounded. Texts are as they came (decoded leniently): whoever shows them escapes
/// them and makes invisible characters visible.
/// </summary>
public sealed record ApprovalSnapshot
{
    /// <summary>All ref updates of a push, in its order; empty when it is about something else.</summary>
    public ImmutableArray<SnapshotUpdate> Updates { get; init; } = [];

    /// <summary>The call of an API that it is about; null for a push by git.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SnapshotRequest? Request { get; init; }

    /// <summary>
    /// Whether its files are for approvers alone: what a ref is counted from may be hidden from who asked, and then the lines that a push removes are not theirs to read.
    /// </summary>
    public bool HidesFilesFromRequester { get; init; }

    /// <summary>The same as its requester may see it.</summary>
    public ApprovalSnapshot ForRequester() => !HidesFilesFromRequester ? this : this with
    {
        Updates = [.. Updates.Select(static update => update with { Files = [], FilesLeftOut = 0, PassingPaths = [], PassingPathsLeftOut = 0 })],
    };
}

/// <summary>A call of an API.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path.</param>
/// <param name="Query">The query without its question mark; empty for none.</param>
public sealed record SnapshotRequest(string Method, string Path, string Query)
{
    /// <summary>The form in which the answer is asked for, and the part of it, where that is not the whole of it as JSON; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Form { get; init; }

    /// <summary>What can be shown of its body; null when it has none.</summary>
    public SnapshotContent? Content { get; init; }

    /// <summary>Its body, masked; null unless <see cref="SnapshotContent.Shown"/>.</summary>
    public string? Body { get; init; }

    /// <summary>True when the body is longer than what is shown of it.</summary>
    public bool BodyCut { get; init; }

    /// <summary>How long the body is, in bytes.</summary>
    public int BodyBytes { get; init; }

    /// <summary>The names of the body's own members, where it is a JSON object; the first of them when there are many.</summary>
    public ImmutableArray<string> Members { get; init; } = [];
}

/// <summary>One ref update.</summary>
/// <param name="Ref">The full ref name.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="Old">The old object's id; null for a create.</param>
/// <param name="New">The new object's id; null for a delete.</param>
public sealed record SnapshotUpdate(string Ref, SnapshotUpdateKind Kind, string? Old, string? New)
{
    /// <summary>The commits, newest first.</summary>
    public ImmutableArray<SnapshotCommit> Commits { get; init; } = [];

    /// <summary>How many more commits there are than are shown.</summary>
    public int CommitsLeftOut { get; init; }

    /// <summary>What differs tip to tip, in path order.</summary>
    public ImmutableArray<SnapshotFile> Files { get; init; } = [];

    /// <summary>How many more files there are than are shown.</summary>
    public int FilesLeftOut { get; init; }

    /// <summary>Paths that some commit changes and that do not differ tip to tip, in order.</summary>
    public ImmutableArray<string> PassingPaths { get; init; } = [];

    /// <summary>How many more of these there are than are shown.</summary>
    public int PassingPathsLeftOut { get; init; }
}

/// <summary>What is done to a ref. Names are stable: stored snapshots hold them.</summary>
public enum SnapshotUpdateKind
{
    /// <summary>It moves forward.</summary>
    Update,

    /// <summary>It moves and drops commits.</summary>
    Force,

    /// <summary>It is created.</summary>
    Create,

    /// <summary>It is deleted.</summary>
    Delete,
}

/// <summary>One commit.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AuthorName">As the commit says.</param>
/// <param name="AuthorEmail">As the commit says.</param>
/// <param name="Committer">Name and e-mail where they differ from the author's; null where not.</param>
/// <param name="When">When it was written, as the commit says.</param>
/// <param name="HasSignature">Whether it carries a signature; nobody checked it.</param>
/// <param name="Message">The message.</param>
public sealed record SnapshotCommit(
    string Id, string AuthorName, string AuthorEmail, string? Committer, DateTimeOffset? When, bool HasSignature, string Message);

/// <summary>One file.</summary>
/// <param name="Path">The path.</param>
/// <param name="OldMode">The old mode in octal, such as <c>100644</c>; null when there was no file.</param>
/// <param name="NewMode">The new mode; null when there is no file any more.</param>
/// <param name="Content">What can be shown of its content.</param>
public sealed record SnapshotFile(string Path, string? OldMode, string? NewMode, SnapshotContent Content)
{
    /// <summary>The unified diff's hunks; empty unless <see cref="SnapshotContent.Shown"/>.</summary>
    public ImmutableArray<SnapshotHunk> Hunks { get; init; } = [];

    /// <summary>Lines added and removed in all, also in hunks that are left out; null when not counted.</summary>
    public int? Added { get; init; }

    /// <summary>Lines removed.</summary>
    public int? Removed { get; init; }

    /// <summary>How many more hunks there are than are shown.</summary>
    public int HunksLeftOut { get; init; }

    /// <summary>What it points at, where it is a symbolic link (its target) or a submodule (its commit); null otherwise or when withheld.</summary>
    public string? PointsAt { get; init; }
}

/// <summary>What can be shown of a file's content. Names are stable: stored snapshots hold them.</summary>
public enum SnapshotContent
{
    /// <summary>The hunks.</summary>
    Shown,

    /// <summary>Nothing, since it cannot be vouched that it is free of secrets.</summary>
    Withheld,

    /// <summary>Nothing: it is binary.</summary>
    Binary,

    /// <summary>Nothing: it is too large, or all that was to be shown before it already is.</summary>
    TooLarge,

    /// <summary>Nothing changed but the mode.</summary>
    ModeOnly,

    /// <summary>It is no file: a symbolic link or a submodule.</summary>
    Reference,
}

/// <summary>One hunk of a unified diff.</summary>
/// <param name="OldStart">First line on the old side, from 1; 0 when the hunk has no line of that side.</param>
/// <param name="NewStart">First line on the new side.</param>
/// <param name="Lines">The lines.</param>
public sealed record SnapshotHunk(int OldStart, int NewStart, ImmutableArray<SnapshotLine> Lines);

/// <summary>One line of a hunk.</summary>
/// <param name="Kind"><c>' '</c>, <c>'+'</c> or <c>'-'</c>; <c>'\'</c> for the note that the line before is its file's last and has no line end.</param>
/// <param name="Text">The line without its end, masked; at most 2,000 characters, then cut with <paramref name="Cut"/> set.</param>
/// <param name="Cut">True when the line is longer.</param>
public sealed record SnapshotLine(char Kind, string Text, bool Cut = false);
