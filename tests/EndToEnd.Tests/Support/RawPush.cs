namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>Pushes by hand, with packs that git would not send.</summary>
internal static class RawPush
{
    /// <summary>A pack of exactly these objects of the clone, by whatever names git knows them; without any, an empty one.</summary>
    public static async Task<byte[]> PackAsync(Scene scene, CancellationToken cancellationToken, params string[] objects)
    {
        var ids = new List<string>();
        foreach (var each in objects)
        {
            ids.Add(await scene.MustInCloneAsync(null, "rev-parse", each));
        }

        var (list, pack) = (Path.Combine(scene.Directory, "raw.objects"), Path.Combine(scene.Directory, "raw.pack"));
        await File.WriteAllLinesAsync(list, ids, cancellationToken);
        await scene.MustInCloneAsync(null, "-c", $"alias.packed=!git pack-objects --quiet --stdout < {list} > {pack}", "packed");
        return await File.ReadAllBytesAsync(pack, cancellationToken);
    }

    /// <summary>A push that creates one ref.</summary>
    public static Task<RawAnswer> CreateAsync(Scene scene, string who, string oid, string name, byte[] pack, CancellationToken cancellationToken) =>
        SendAsync(scene, who, [(Packets.Zero, oid, name)], pack, cancellationToken);

    /// <summary>A push of these commands with this pack.</summary>
    public static async Task<RawAnswer> SendAsync(
        Scene scene, string who, IEnumerable<(string Old, string New, string Name)> commands, byte[] pack, CancellationToken cancellationToken)
    {
        var lines = commands.Select(static (each, i) => Packets.Line($"{each.Old} {each.New} {each.Name}{(i == 0 ? "\0 report-status side-band-64k agent=test" : "")}"));
        byte[] body = [.. Packets.Bytes([.. lines, Packets.Flush]), .. pack];
        return await RawHttp.SendAsync(
            scene.World.Url,
            $"POST /{scene.Repository.FullName}.git/git-receive-pack",
            [
                $"Authorization: Bearer {await scene.World.TokenAsync(who, cancellationToken)}",
                "Content-Type: application/x-git-receive-pack-request",
                $"Content-Length: {body.Length}",
            ],
            body,
            hangUp: false,
            cancellationToken);
    }
}
