using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Wire;

/// <summary>The hash a repository names its objects by (gitprotocol-capabilities(5), <c>object-format</c>).</summary>
public enum ObjectFormat
{
    /// <summary>SHA-1, 40 hex digits; what holds when nobody says anything.</summary>
    Sha1,

    /// <summary>SHA-256, 64 hex digits.</summary>
    Sha256,
}

/// <summary>What follows from an <see cref="ObjectFormat"/>.</summary>
public static class ObjectFormats
{
    private static readonly GitOid Sha1Zero = GitOid.Parse(new string('0', 40));
    private static readonly GitOid Sha256Zero = GitOid.Parse(new string('0', 64));

    /// <summary>Parses the capability's value; null for anything but <c>sha1</c> and <c>sha256</c>.</summary>
    public static ObjectFormat? Parse(string? name) => name switch
    {
        "sha1" => ObjectFormat.Sha1,
        "sha256" => ObjectFormat.Sha256,
        _ => null,
    };

    /// <summary>The capability's value.</summary>
    public static string NameOf(ObjectFormat format) => format == ObjectFormat.Sha256 ? "sha256" : "sha1";

    /// <summary>How many hex digits an object id has.</summary>
    public static int HexLength(ObjectFormat format) => format == ObjectFormat.Sha256 ? 64 : 40;

    /// <summary>The all-zero id, which names no object.</summary>
    public static GitOid Zero(ObjectFormat format) => format == ObjectFormat.Sha256 ? Sha256Zero : Sha1Zero;
}
