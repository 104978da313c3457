namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>A directory that goes away; declare it before whatever keeps files in it.</summary>
internal sealed class TempDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cursor-broker-e2e-");

    public string Path => _directory.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
