using System.Collections.Immutable;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>What the upstream answered about one object.</summary>
/// <param name="Object">The object, as asked.</param>
internal sealed record AnsweredObject(LfsObject Object)
{
    /// <summary>Where to have it from.</summary>
    public LfsAction? Download { get; init; }

    /// <summary>Where to send it to; null when the upstream has it.</summary>
    public LfsAction? Upload { get; init; }

    /// <summary>Where to say that it was sent; null when nobody wants to hear of it.</summary>
    public LfsAction? Verify { get; init; }

    /// <summary>Why nothing can be done about it, as a status and a text; null when something can.</summary>
    public (int Code, CallerText Message)? Error { get; init; }
}

/// <summary>The answer to a batch: about every object that was asked for, and no other.</summary>
/// <param name="Objects">In the order of the answer.</param>
internal sealed record BatchAnswer(ImmutableArray<AnsweredObject> Objects)
{
    public static Outcome<BatchAnswer> Parse(LfsMembers json, BatchCall asked, UpstreamOptions upstream)
    {
        if (!json.TryText("transfer", out var transfer) || transfer is not (null or BatchCall.Basic)
            || !json.TryText("hash_algo", out var algorithm) || algorithm is not (null or BatchCall.Sha256)
            || !json.TryArray("objects", out var objects) || objects is null)
        {
            return LfsAnswer.NotUnderstood("the answer to a batch is not about sha256 objects by basic transfers");
        }

        var open = asked.Objects.ToDictionary(static each => each.Oid, StringComparer.Ordinal);
        var read = ImmutableArray.CreateBuilder<AnsweredObject>();
        foreach (var each in objects)
        {
            if (LfsMembers.Of(each) is not { } members || !members.TryText("oid", out var oid) || oid is null || !open.Remove(oid, out var named))
            {
                return LfsAnswer.NotUnderstood("the answer to a batch is about an object that was not asked for, or twice about one");
            }

            if (!ReadObject(members, named, asked.IsUpload, upstream).Succeeded(out var one, out var refusal))
            {
                return refusal;
            }

            read.Add(one);
        }

        return open.Count == 0 ? new BatchAnswer(read.ToImmutable()) : LfsAnswer.NotUnderstood($"the answer to a batch leaves out {open.Count} objects");
    }

    private static Outcome<AnsweredObject> ReadObject(LfsMembers members, LfsObject named, bool isUpload, UpstreamOptions upstream)
    {
        if (!members.TryObject("error", out var error) || !members.TryObject("actions", out var actions) || !members.TryNumber("size", out var size))
        {
            return LfsAnswer.NotUnderstood("an object of the answer to a batch is not as it should be");
        }

        if (error is not null)
        {
            return error.TryNumber("code", out var code) && code is >= 400 and < 600 && error.TryText("message", out var message)
                ? new AnsweredObject(named) { Error = ((int)code, new CallerText(message ?? "GitHub has no such object.")) }
                : LfsAnswer.NotUnderstood("an error in the answer to a batch is not as it should be");
        }

        if (size != named.Size)
        {
            return new AnsweredObject(named) { Error = (422, new CallerText("GitHub has this object with another size.")) };
        }

        // Actions of the other operation were not asked for, and are not looked at.
        return isUpload ? ReadUpload(named, actions, upstream)
            : Read(actions, "download", upstream, out var download) is { } refusal ? refusal
            : download is null ? LfsAnswer.NotUnderstood("an object has neither a download nor an error in the answer to a batch")
            : new AnsweredObject(named) { Download = download };
    }

    private static Outcome<AnsweredObject> ReadUpload(LfsObject named, LfsMembers? actions, UpstreamOptions upstream)
    {
        if (Read(actions, "upload", upstream, out var upload) is { } refusal)
        {
            return refusal;
        }

        return Read(actions, "verify", upstream, out var verify) is { } unverified ? unverified : new AnsweredObject(named) { Upload = upload, Verify = verify };
    }

    private static Refusal? Read(LfsMembers? actions, string name, UpstreamOptions upstream, out LfsAction? action)
    {
        action = null;
        return actions is null ? null : LfsAction.Read(actions, name, upstream, out action);
    }
}
