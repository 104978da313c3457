using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pages;

/// <summary>The pages' style sheet and icon, each at an address that holds its hash: they can be kept for ever.</summary>
internal sealed class Asset
{
    /// <summary>Below which all of them are.</summary>
    public const string Folder = "/approvals/assets/";

    private static readonly Asset[] All = [Read("style", "css", "text/css; charset=utf-8"), Read("icon", "svg", "image/svg+xml")];

    private readonly byte[] _content;
    private readonly string _type;

    private Asset(string path, string type, byte[] content) => (Path, _type, _content) = (path, type, content);

    public static Asset Style => All[0];

    public static Asset Icon => All[1];

    public string Path { get; }

    /// <summary>The asset at a path; null when there is none.</summary>
    public static Asset? Find(PathString path) => Array.Find(All, asset => asset.Path == path.Value);

    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = _type;
        context.Response.ContentLength = _content.Length;
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(_content, context.RequestAborted).AsTask();
    }

    private static Asset Read(string name, string extension, string type)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream($"{name}.{extension}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new($"{Folder}{name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}.{extension}", type, content);
    }
}
