using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>Makes what approvers are shown of a call of an API: masked and bounded.</summary>
/// <param name="masker">Vouches for what is shown. One that vouches for nothing leaves the body out, and then only its members are named.</param>
/// <param name="limits">How much is shown.</param>
public sealed class RequestSnapshots(ITextMasker masker, SnapshotLimits limits)
{
    /// <summary>The call.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">Its path, as it would be sent.</param>
    /// <param name="query">Its query, as it would be sent; empty for none.</param>
    /// <param name="body">Its body, as it would be sent; null for none.</param>
    /// <param name="form">In which form its answer is asked for; null for JSON, whole.</param>
    public SnapshotRequest Of(string method, string path, string query, ReadOnlyMemory<byte>? body, string? form = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(query);

        // People typed path and query, and approvers need them: shown also where nobody vouches for anything, like the name of a branch.
        var request = new SnapshotRequest(method, Cut(Masked(path)), Cut(Masked(query))) { Form = form is null ? null : Cut(Masked(form)) };
        return body is { } bytes ? Show(request, bytes.Span) : request;
    }

    /// <summary>The call beside what it does to refs. Where both together are too much, the call's body is left out.</summary>
    public static ApprovalSnapshot Add(ApprovalSnapshot snapshot, SnapshotRequest request)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(request);
        var whole = snapshot with { Request = request };
        return SnapshotJson.Write(whole).Length <= SnapshotStore.MaxBytes
            ? whole
            : snapshot with { Request = request with { Content = SnapshotContent.TooLarge, Body = null, BodyCut = false, Members = [] } };
    }

    private SnapshotRequest Show(SnapshotRequest request, ReadOnlySpan<byte> body)
    {
        request = request with { BodyBytes = body.Length, Members = Members(body) };
        if (body.Contains((byte)0))
        {
            return request with { Content = SnapshotContent.Binary };
        }

        if (body.Length > limits.BlobBytes)
        {
            return request with { Content = SnapshotContent.TooLarge };
        }

        return masker.Mask(Encoding.UTF8.GetString(body)) is not { } text
            ? request with { Content = SnapshotContent.Withheld }
            : text.Length <= limits.RequestLength
                ? request with { Content = SnapshotContent.Shown, Body = text }
                : request with { Content = SnapshotContent.Shown, Body = SnapshotCut.Head(text, limits.RequestLength), BodyCut = true };
    }

    /// <summary>The names of a JSON object's members: not what is in them.</summary>
    private ImmutableArray<string> Members(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var members = ImmutableArray.CreateBuilder<string>();
        try
        {
            while (reader.Read() && members.Count < limits.RequestMembers)
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    members.Add(SnapshotCut.Text(reader.GetString()!, limits));
                }
            }
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            // Another type: it has no members.
            return [];
        }

        return members.ToImmutable();
    }

    private string Masked(string text) => masker.CanVouch ? masker.Mask(text) ?? "(It may hold a secret and is not shown.)" : text;

    private string Cut(string text) => SnapshotCut.Text(text, limits);
}
