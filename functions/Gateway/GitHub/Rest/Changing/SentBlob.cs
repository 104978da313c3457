using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>The one file that a call brings, as the blob that git makes of it: for showing it beside what stands there.</summary>
internal sealed class SentBlob(byte[] content) : IObjectSource
{
    /// <summary>Its id.</summary>
    public GitOid Id { get; } = IdOf(content);

    public int Count => 1;

    public GitObjectType? TypeOf(GitOid id) => id == Id ? GitObjectType.Blob : null;

    public GitResult<GitObject> Read(GitOid id) =>
        id == Id ? new GitObject(id, GitObjectType.Blob, content) : throw new ArgumentException("Another object.", nameof(id));

    // Git names objects by SHA-1; it protects nothing here.
    private static GitOid IdOf(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        hash.AppendData(content);
        return GitOid.Parse(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
