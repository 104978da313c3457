namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>
/// The server's pre-receive hook: without <c>workflows:write</c>, no commit of a push may create or change a file under
/// <c>.github/workflows/</c>. GitHub says so in the ref's own status; a hook can only say it on the side band and decline.
/// </summary>
internal static class WorkflowHook
{
    /// <summary>Set to this value, the variable lets workflow files pass.</summary>
    public const string Variable = "SANDBOX_WORKFLOWS";

    /// <summary>The value of <see cref="Variable"/> that allows.</summary>
    public const string Allowed = "write";

    private const string Script = """
        #!/bin/sh
        # Commits that no ref has yet are those of this push; git shows them from its quarantine.
        # A failure of git itself declines the push: the check must not be passed by breaking it.
        [ "$SANDBOX_WORKFLOWS" = write ] && exit 0
        while read -r old new ref
        do
            case $new in *[!0]*) ;; *) continue ;; esac
            touched=$(git log --format= --name-only --no-renames --full-history -c --root "$new" --not --all -- .github/workflows/) || exit 1
            file=$(printf '%s\n' "$touched" | sed -n '/./{p;q;}')
            if [ -n "$file" ]
            then
                echo "error: refusing to allow a GitHub App to create or update workflow \`$file\` without \`workflows\` permission" >&2
                exit 1
            fi
        done
        exit 0

        """;

    /// <summary>Writes the hook; returns the directory for <c>core.hooksPath</c>.</summary>
    public static string Install(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "pre-receive");
        File.WriteAllText(path, Script.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return directory;
    }
}
