namespace CursorBroker.Sandbox.Hosting;

/// <summary>Files with key material: readable by their owner alone, and replaced whole so that a crash never leaves half a key.</summary>
internal static class PrivateFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var fresh = path + ".new";
        using (var file = new FileStream(fresh, options))
        {
            file.Write(content);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
