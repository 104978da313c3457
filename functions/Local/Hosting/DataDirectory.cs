using System.CommandLine;

namespace CursorBroker.Local.Hosting;

/// <summary>Where Local keeps what outlives it: State, ledger, the sandbox's repositories, the URLs of a running broker.</summary>
internal static class DataDirectory
{
    /// <summary>The user's own, for those who name none.</summary>
    public static string Default
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "cursor-broker");
        }
    }

    /// <summary>The option that every verb with data shares.</summary>
    public static Option<DirectoryInfo?> Option() => new("--data") { HelpName = "DIR", Description = $"Data directory. Default: {Default}" };

    /// <summary>The path chosen, or the default.</summary>
    public static string PathOf(DirectoryInfo? chosen) => chosen?.FullName ?? Default;

    /// <summary>The directory, made for its owner only when there is none.</summary>
    /// <exception cref="CannotStartException">It cannot be made.</exception>
    public static string Make(DirectoryInfo? chosen)
    {
        var path = PathOf(chosen);
        try
        {
            _ = OperatingSystem.IsWindows() || Directory.Exists(path)
                ? Directory.CreateDirectory(path)
                : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"The data directory {path} cannot be created: {failure.Message} Name another one with --data.", failure);
        }
    }
}
