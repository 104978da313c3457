using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary><c>secret_readers</c>: who read, used or changed a secret, and when, as the ledger has it. For auditors and admins alone: it names people.</summary>
internal sealed class SecretReaders(IServiceProvider services) : IBrokerTool
{
    /// <summary>As many of the newest records are looked through: a ledger of years is for the audit's own tools.</summary>
    private const long Newest = 100_000;

    private const int Most = 200;

    public Tool Definition { get; } = Define.Read(
        "secret_readers",
        "Who read a secret",
        "Says who had a secret's value or mask, used it unseen or changed it, and when, from the newest records of the audit, newest first. For auditors and admins of the broker.",
        Schema.Input(VaultTools.Secret, "vault", "name"),
        Schema.Output($$"""
            "events": {{Schema.List(Schema.Object("""
                "at": { "type": "string" },
                "person": { "type": "string" },
                "what": { "type": "string", "enum": ["value", "mask", "used", "set", "updated", "deleted", "recovered"] },
                "version": { "type": "string" },
                "destination": { "type": "string" },
                "reference": { "type": "string" }
                """, "at", "person", "what"))}},
            "looked_through": { "type": "integer", "description": "How many of the newest records" },
            "left_out": { "type": "integer", "description": "How many more events there are in them" }
            """,
            "events",
            "looked_through",
            "left_out"));

    public bool MayEver(PolicyReach reach) => reach.MayEverUseVaults("list");

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (vault, name) = (VaultTools.Vault(call.Arguments), VaultTools.Name(call.Arguments));
        if (!call.Policy.Roles.IsAuditor(call.Caller) && !call.Policy.Roles.IsAdmin(call.Caller))
        {
            return ToolAnswer.Error("Who read what is for the broker's auditors and admins (the policy's roles).");
        }

        if (services.GetService<ILedgerReader>() is not { } ledger)
        {
            return ToolAnswer.Error("This broker's ledger cannot be read from here; ask whoever runs it.");
        }

        try
        {
            var head = await ledger.ReadHeadAsync(cancellationToken);
            var found = new List<JsonObject>();
            await foreach (var record in ledger.ReadAsync(Math.Max(0, head.Sequence - Newest), cancellationToken))
            {
                if (AuditJson.Deserialize(record.Payload.Span) is { } happened && Tell(happened, vault, name) is { } told)
                {
                    found.Add(told);
                }
            }

            found.Reverse();
            return ToolAnswer.Json(new JsonObject
            {
                ["events"] = new JsonArray([.. found.Take(Most)]),
                ["looked_through"] = Math.Min(head.Sequence, Newest),
                ["left_out"] = Math.Max(0, found.Count - Most),
            });
        }
        catch (LedgerUnavailableException)
        {
            return ToolAnswer.Error("The ledger cannot be read right now. Try again in a little while.");
        }
    }

    private static JsonObject? Tell(AuditEvent happened, string vault, string name)
    {
        var told = happened switch
        {
            SecretRead read when Is(read.Vault, read.Secret) => Event(read.Person, read.Form, read.Version),
            SecretChanged changed when Is(changed.Vault, changed.Secret) => Event(changed.Person, changed.Change, changed.Version),
            SecretUsed used when Is(used.Vault, used.Secret) => Event(used.Person, "used", used.Version, used.Destination),
            _ => null,
        };
        if (told is not null && happened.Request is { } reference)
        {
            told["reference"] = reference;
        }

        return told;

        bool Is(string inVault, string secret) => string.Equals(inVault, vault, StringComparison.OrdinalIgnoreCase) && string.Equals(secret, name, StringComparison.OrdinalIgnoreCase);

        JsonObject Event(string person, string what, string? version, string? destination = null)
        {
            var one = new JsonObject { ["at"] = happened.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ["person"] = person, ["what"] = what };
            if (version is not null)
            {
                one["version"] = version;
            }

            if (destination is not null)
            {
                one["destination"] = destination;
            }

            return one;
        }
    }
}
