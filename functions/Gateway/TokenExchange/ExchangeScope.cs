using System.Diagnostics.CodeAnalysis;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>Permissions as a scope: <c>contents:read pull_requests:write</c>, separated by one space each (RFC 6749, section 3.3).</summary>
internal static class ExchangeScope
{
    private const int MostPermissions = 40;
    private const int LongestName = 60;

    /// <summary>The permissions; false when some part is none, or the same one is there twice.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out PermissionSet? permissions)
    {
        permissions = null;
        var read = PermissionSet.Empty;
        foreach (var part in text?.Split(' ') ?? [])
        {
            if (part.Split(':') is not [{ Length: > 0 and <= LongestName } name, var level]
                || !name.All(static c => char.IsAsciiLetterLower(c) || c == '_')
                || AccessOf(level) is not { } access
                || read[name] != Access.None
                || read.Items.Count() == MostPermissions)
            {
                return false;
            }

            read = read.With(name, access);
        }

        permissions = read.IsEmpty ? null : read;
        return permissions is not null;
    }

    /// <summary>The permissions as a scope.</summary>
    public static string Write(PermissionSet permissions) => permissions.ToString().Replace(", ", " ", StringComparison.Ordinal);

    private static Access? AccessOf(string level) => level switch
    {
        "read" => Access.Read,
        "write" => Access.Write,
        "admin" => Access.Admin,
        _ => null,
    };
}
