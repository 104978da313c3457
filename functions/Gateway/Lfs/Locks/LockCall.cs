using System.Text;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>A lock that is asked for (docs/api/locking.md, "Create Lock").</summary>
/// <param name="Path">The file, from the root of the repository.</param>
/// <param name="Ref">The ref that it is for; null when none is named.</param>
internal sealed record LockCall(string Path, RefName? Ref)
{
    private const int MaxPathBytes = 1024;

    public static Outcome<LockCall> Parse(LfsMembers json)
    {
        if (!json.TryText("path", out var path) || !IsPath(path))
        {
            return Refusals.Malformed("The path is not one of a file, from the root of the repository, with '/' between its parts.");
        }

        return json.TryRef(out var named) ? new LockCall(path!, named) : Refusals.Malformed("The ref is not a full name, such as refs/heads/main.");
    }

    public byte[] Write() => LfsJson.Write(json =>
    {
        json.WriteString("path", Path);
        LfsJson.WriteRef(json, Ref);
    });

    // A name that could be read in two ways would be locked under one and looked up under the other.
    public static bool IsPath(string? path) => path is { Length: > 0 }
        && Encoding.UTF8.GetByteCount(path) <= MaxPathBytes
        && !path.Any(static c => char.IsControl(c) || c is '\\' or '\ufffd')
        && path.Split('/').All(static part => part is not ("" or "." or ".."));
}
