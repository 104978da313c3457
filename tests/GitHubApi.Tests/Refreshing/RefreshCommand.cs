namespace CursorBroker.GitHubApi.Tests.Refreshing;

/// <summary><c>dotnet run --project tests/GitHubApi.Tests -- refresh [server-to-server-permissions.json]</c>.</summary>
internal static class RefreshCommand
{
    public static async Task<int> RunAsync(string? permissionLists)
    {
        var path = TablePath();
        var lines = (await File.ReadAllLinesAsync(path)).Skip(1).Select(RouteLine.Parse).ToArray();
        await using var stream = permissionLists is null ? null : File.OpenRead(permissionLists);
        var (refreshed, toLookAt) = RouteRefresh.Refresh(lines, await OpenApiDescription.OperationsAsync(), stream is null ? null : PermissionLists.Read(stream));
        await File.WriteAllTextAsync(path, RouteLine.Write(refreshed));
        foreach (var note in toLookAt)
        {
            Console.WriteLine(note);
        }

        Console.WriteLine($"{path}: {refreshed.Length} routes, {toLookAt.Length} to look at.");
        return 0;
    }

    /// <summary>The table in this checkout.</summary>
    public static string TablePath()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CursorBroker.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("This is not run from a checkout.");
        }

        return Path.Combine(directory.FullName, "functions", "Core", "GitHub", "Routes", "routes.tsv");
    }
}
