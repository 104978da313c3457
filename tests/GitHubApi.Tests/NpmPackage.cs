using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace CursorBroker.GitHubApi.Tests;

/// <summary>One file of a package from npm, kept beside the built tests.</summary>
internal static class NpmPackage
{
    /// <summary>Where the file is; the first call fetches the package and keeps that file of it alone.</summary>
    /// <exception cref="InvalidOperationException">There is no npm, no such package, or no such file in it.</exception>
    public static async Task<string> FileAsync(string package, string version, string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"{package.TrimStart('@').Replace('/', '-')}-{version}{Path.GetExtension(file)}");
        if (!File.Exists(path))
        {
            await FetchAsync($"{package}@{version}", "package/" + file, path);
        }

        return path;
    }

    private static async Task FetchAsync(string package, string file, string path)
    {
        var directory = Directory.CreateTempSubdirectory("npm-package-");
        try
        {
            await PackAsync(package, directory.FullName);
            await using var packed = File.OpenRead(directory.GetFiles("*.tgz").Single().FullName);
            await using var tar = new TarReader(new GZipStream(packed, CompressionMode.Decompress));
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                if (entry.Name == file)
                {
                    await entry.ExtractToFileAsync(path + ".part", overwrite: true);
                    File.Move(path + ".part", path, overwrite: true);
                    return;
                }
            }

            throw new InvalidOperationException($"{package} holds no {file}.");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task PackAsync(string package, string directory)
    {
        var start = new ProcessStartInfo("npm", ["pack", "--loglevel", "error", "--pack-destination", directory, package]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var npm = Process.Start(start)!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm could not fetch {package} (exit code {npm.ExitCode}): {errors}{await output}");
            }
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"These tests read GitHub's own descriptions of its API from npm, which cannot be started ({missing.Message}). Install Node.js, or run the other tests with CursorBroker.Local.slnf.", missing);
        }
    }
}
