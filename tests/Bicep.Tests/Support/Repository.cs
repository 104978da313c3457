using System.Reflection;

namespace CursorBroker.Bicep.Tests.Support;

/// <summary>Where the files under test are.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("Repository");

    public static string BicepPath { get; } = Metadata("BicepPath");

    public static string Bicep { get; } = Path.Combine(Root, "bicep");

    /// <summary>Every Bicep file, parameter files too.</summary>
    public static IEnumerable<string> BicepFiles { get; } =
        [.. Directory.EnumerateFiles(Bicep, "*.bicep*", SearchOption.AllDirectories).Where(static file => Path.GetExtension(file) is ".bicep" or ".bicepparam")];

    public static IEnumerable<string> Examples { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Bicep, "examples"), "*.bicepparam").Select(static file => Path.GetFileNameWithoutExtension(file)!).Order()];

    public static IEnumerable<string> Workflows { get; } = [.. Directory.EnumerateFiles(Path.Combine(Root, ".github", "workflows"), "*.yml").Order()];

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
