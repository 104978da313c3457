using System.Collections.Frozen;
using System.Text;
using CursorBroker.Core.Approvals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Hooks;

/// <summary>The files that a person installs for Cursor's hooks, the same for everybody: no key is in them.</summary>
internal static class HookFiles
{
    public const string Script = "cursor-broker-hook.sh";
    public const string PowerShellScript = "cursor-broker-hook.ps1";
    public const string Registration = "hooks.json";
    public const string WindowsRegistration = "hooks-windows.json";

    private static readonly FrozenDictionary<string, string> Texts = new[] { Script, PowerShellScript, Registration, WindowsRegistration }
        .ToFrozenDictionary(static name => name, Read, StringComparer.Ordinal);

    /// <summary><c>GET /hooks/NAME</c>.</summary>
    public static async Task WriteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!Texts.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out var text))
        {
            await HookAnswers.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such file.");
            return;
        }

        var content = Encoding.UTF8.GetBytes(For(text, context.RequestServices.GetRequiredService<ApprovalLinks>().Root));
        context.Response.ContentType = path.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "text/plain; charset=utf-8";
        context.Response.ContentLength = content.Length;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        }
    }

    /// <summary>A text with the broker's address in it: scheme, host and port as configured, which hold nothing that a shell or JSON reads as its own.</summary>
    private static string For(string text, Uri address) => text
        .Replace("@@BROKER@@", address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        .Replace("@@HOST@@", address.Authority, StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var stream = typeof(HookFiles).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
