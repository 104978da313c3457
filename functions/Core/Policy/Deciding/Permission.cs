using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>Whether one rule, alone, permits an operation. Rules never add up.</summary>
internal static class Permission
{
    /// <summary>Null when the rule permits it; else what is missing.</summary>
    public static Missing? Misses(Rule rule, Operation operation, Unknown unknown)
    {
        if (operation is { Details: SecretCall call, Target: SecretTarget target })
        {
            return rule.Vaults?.Gives(call, target.Name) == true && VaultRules.Reaches(rule, call) ? null : new(MissingKind.Permission, $"it gives {Explanations.GivenOf(rule, target.Name)}");
        }

        // A token minted for an empty set would carry everything the App has.
        if (operation.Needs.IsEmpty)
        {
            return new(MissingKind.Permission, "the operation names no permission that it needs");
        }

        if (!rule.Gives.Covers(operation.Needs))
        {
            return new(MissingKind.Permission, $"it gives {rule.Allow}");
        }

        return operation.Details switch
        {
            GitReadDetails => null,
            PreparePushDetails { To: { } to } when rule.Refs.MayPush(to) => null,
            PreparePushDetails { To: not null } => new(MissingKind.Ref, $"it lets {rule.Refs.PushText} be pushed"),
            PreparePushDetails when rule.Refs.AnyPushable => null,
            PreparePushDetails => new(MissingKind.Ref, "it lets no ref be pushed"),
            RefUpdate update when rule.Refs.MayPush(update.Ref) => null,
            RefUpdate => new(MissingKind.Ref, $"it lets {rule.Refs.PushText} be pushed"),
            ApiCall { Reads: { } reads } when !IsShown(rule.Refs.Visible, reads, unknown) => new(MissingKind.Ref, $"it shows {rule.Refs.Visible}"),
            ApiCall { ReachesAll: true } when WholeRepository.Misses(rule) is { } held => new(MissingKind.Ref, $"it {held}"),
            ApiCall => null,

            TokenExchangeDetails => LeavingTheBroker.Misses(rule, operation.Needs) is { } held ? new(MissingKind.Exchange, $"it {held}") : null,

            // What the policy does not know it cannot have allowed.
            _ => new(MissingKind.Permission, $"{operation.Details.Name} is not something rules speak of"),
        };
    }

    /// <summary>Whether what is read is read from a ref that may be seen; what may be on any ref, only where all may be.</summary>
    public static bool IsShown(RefVisibility visible, ContentRead reads, Unknown unknown) =>
        reads.From is { } from ? visible.Shows(from) : visible.IsEverything || unknown == Unknown.Waits;
}

/// <summary>What a rule lacks for an operation.</summary>
internal sealed record Missing(MissingKind Kind, string Text);

/// <summary>Which part of a rule falls short.</summary>
internal enum MissingKind
{
    /// <summary>The permission.</summary>
    Permission,

    /// <summary>The permission is there, but not for this ref.</summary>
    Ref,

    /// <summary>The permission is there, but only through the broker.</summary>
    Exchange,
}
