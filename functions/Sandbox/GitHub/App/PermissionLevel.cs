namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>GitHub's levels of a permission, in order.</summary>
internal enum PermissionLevel
{
    None,
    Read,
    Write,
    Admin,
}

/// <summary>Levels as GitHub writes them.</summary>
internal static class PermissionLevels
{
    /// <summary><see cref="PermissionLevel.None"/> for a word GitHub does not know.</summary>
    public static PermissionLevel Parse(string? text) => text switch
    {
        "read" => PermissionLevel.Read,
        "write" => PermissionLevel.Write,
        "admin" => PermissionLevel.Admin,
        _ => PermissionLevel.None,
    };
}
