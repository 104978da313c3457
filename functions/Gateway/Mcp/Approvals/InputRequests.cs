using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Mcp.Protocol;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CursorBroker.Gateway.Mcp.Approvals;

/// <summary>
/// The form of waiting for clients of 2026-07-28 that can open a link: the answer asks for it, and the same call comes again with the state that the answer held. That state is sealed, and good
/// once, for the same person and client, tool and arguments.
/// </summary>
internal sealed class InputRequests(ISecretSealer sealer, IStateStore state, IApprovalDesk desk, TimeProvider time)
{
    private const string Key = "approval";
    private const string Purpose = "mcp-input";
    private const int LongestState = 8192;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Asks for the link to be opened, when something waits and the client can. Returns otherwise.</summary>
    /// <exception cref="InputRequiredException">It does ask: the SDK makes an answer of it.</exception>
    public async ValueTask AskAsync(McpTurn turn, RequestContext<CallToolRequestParams> request, ToolAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Waits is not { } waits || !turn.Message.OpensLinks || !request.Server.IsMrtrSupported || IsDeclined(request.Params) || await desk.FindAsync(waits.Id, cancellationToken) is not { } approval)
        {
            return;
        }

        var held = new HeldState(
            waits.Id.Value, turn.Answering.Caller.Person.ToString(), turn.Answering.Caller.Client, request.Params.Name, DigestOf(request.Params), RandomNumberGenerator.GetHexString(32, lowercase: true), approval.Expires + approval.Valid + Kept);
        throw new InputRequiredException(
            new Dictionary<string, InputRequest>
            {
                [Key] = InputRequest.ForElicitation(new()
                {
                    Mode = "url",
                    ElicitationId = waits.Id.Value,
                    Url = waits.Link.AbsoluteUri,
                    Message = "A person has to approve this before it is done. Open the link to see what it is and to have it decided.",
                }),
            },
            Base64Url.EncodeToString(sealer.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(held))));
    }

    /// <summary>The approval that a repeated call comes back for; null when it is a call of its own.</summary>
    /// <exception cref="McpProtocolException">The state is not one that was given to this caller for this very call, or was used.</exception>
    public async ValueTask<ApprovalId?> FindAsync(McpTurn turn, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params.RequestState is not { } sent || !request.Server.IsMrtrSupported)
        {
            return null;
        }

        if (Open(sent) is not { } held
            || held.Person != turn.Answering.Caller.Person.ToString()
            || held.Client != turn.Answering.Caller.Client
            || held.Tool != request.Params.Name
            || held.Arguments != DigestOf(request.Params)
            || held.Ends <= time.GetUtcNow()
            || !ApprovalId.TryParse(held.Approval, out var id)
            || await state.CreateAsync(new(Purpose, held.Nonce), "used"u8.ToArray(), held.Ends, cancellationToken) is null)
        {
            throw new McpProtocolException("requestState is not the one that this very call was answered with, or was used already. Call the tool anew, without it.", McpErrorCode.InvalidParams);
        }

        return id;
    }

    /// <summary>Whether the user did not want to open the link.</summary>
    public static bool IsDeclined(CallToolRequestParams asked) =>
        asked.InputResponses?.TryGetValue(Key, out var response) == true
        && !(response.RawValue is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty("action", out var action) && action.ValueKind == JsonValueKind.String && action.ValueEquals("accept"));

    private HeldState? Open(string sent) =>
        sent.Length <= LongestState && Base64Url.IsValid(sent) && sealer.Unseal(Purpose, Base64Url.DecodeFromChars(sent)) is { } json ? JsonSerializer.Deserialize<HeldState>(json) : null;

    private static string DigestOf(CallToolRequestParams asked)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in (asked.Arguments ?? new Dictionary<string, JsonElement>()).OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new { name, value }));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record HeldState(string Approval, string Person, string Client, string Tool, string Arguments, string Nonce, DateTimeOffset Ends);
}
