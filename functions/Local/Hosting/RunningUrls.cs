using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Local.Hosting;

/// <summary>The URLs of a running broker, as the ready file holds them.</summary>
/// <param name="Broker">The broker.</param>
/// <param name="Issuer">The sandbox's identity provider; null when there is no sandbox.</param>
/// <param name="GitHub">Where git is forwarded to.</param>
internal sealed record RunningUrls(
    [property: JsonPropertyName("broker")] string Broker,
    [property: JsonPropertyName("issuer")] string? Issuer,
    [property: JsonPropertyName("github")] string GitHub)
{
    private const string FileName = "running.json";

    /// <summary>Where a data directory's broker says where it is.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);

    /// <summary>
    /// Where the newest broker with a data directory of its own says where it is, for those who name none. Not the default directory's own file:
    /// neither broker may hide the other.
    /// </summary>
    public static string PointerPath => Path.Combine(DataDirectory.Default, "elsewhere.json");

    /// <summary>Writes the file whole or not at all: whoever waits for it never reads half of it.</summary>
    public void Write(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(directory);
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
        File.WriteAllText(temporary, JsonSerializer.Serialize(this, RunningUrlsJson.Default.RunningUrls) + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file; null when there is none.</summary>
    public static RunningUrls? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), RunningUrlsJson.Default.RunningUrls) : null;

    /// <summary>Removes a file that this broker wrote and nobody has written since.</summary>
    public void Remove(string path)
    {
        if (Read(path) == this)
        {
            File.Delete(path);
        }
    }
}

[JsonSerializable(typeof(RunningUrls))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class RunningUrlsJson : JsonSerializerContext;
