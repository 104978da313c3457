using System.Globalization;
using Azure;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Adapters.KeyVault.Vaults;

/// <summary>What a failure of the SDK's means. The vault's own texts name the broker's identity and are left out; its codes are enough.</summary>
internal static class VaultFaults
{
    /// <summary>The fault; null for what is none of the vault's: a bug.</summary>
    public static VaultFault? Of(Exception failure, Uri vault, DateTimeOffset now)
    {
        if (failure is RequestFailedException { Status: > 0 } answered)
        {
            var code = VaultFailure.CodeOf(answered) ?? answered.ErrorCode ?? "";
            return new VaultFault(KindOf(answered.Status, code), code.Length is > 0 and <= 64 && code.All(char.IsAsciiLetterOrDigit) ? code : "Unknown", string.Create(CultureInfo.InvariantCulture, $"{vault} answered {answered.Status}"))
            {
                RetryAfter = VaultFailure.RetryAfter(answered, now),
            };
        }

        return failure is RequestFailedException or AggregateException or Azure.Identity.AuthenticationFailedException or OperationCanceledException or IOException or HttpRequestException
            ? new VaultFault(VaultFaultKind.Unavailable, "Unreachable", VaultFailure.Describe(failure, vault, "", now).Text)
            : null;
    }

    private static VaultFaultKind KindOf(int status, string code) => status switch
    {
        404 => VaultFaultKind.NotFound,
        403 when code == "SecretDisabled" => VaultFaultKind.Disabled,
        401 or 403 => VaultFaultKind.Forbidden,
        409 => VaultFaultKind.Conflict,
        429 => VaultFaultKind.Throttled,
        >= 400 and < 500 => VaultFaultKind.Invalid,
        _ => VaultFaultKind.Unavailable,
    };
}
