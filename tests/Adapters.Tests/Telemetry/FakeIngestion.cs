using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>Takes what really left the process: Application Insights' ingestion endpoint, and an OTLP collector's over HTTP.</summary>
internal sealed class FakeIngestion : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FakeIngestion(WebApplication server) => _server = server;

    public string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public string ConnectionString => $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={Address}/";

    /// <summary>Where an exporter keeps what it cannot send; gone afterwards.</summary>
    public string Storage { get; } = Directory.CreateTempSubdirectory("telemetry-").FullName;

    /// <summary>Whether it answers as if it were broken.</summary>
    public bool Broken { get; set; }

    /// <summary>Items as they arrived, in no particular order.</summary>
    public ConcurrentQueue<Item> Items { get; } = new();

    /// <summary>Bodies of OTLP requests by path.</summary>
    public ConcurrentQueue<(string Path, string Text)> Otlp { get; } = new();

    public ConcurrentQueue<string> Authorizations { get; } = new();

    public IEnumerable<Item> Events => Items.Where(static item => item.Type == "EventData");

    public static async Task<FakeIngestion> StartAsync(bool https = false)
    {
        // The exporter would also tell its maker how it fares, at an address of its own.
        Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true");
        Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_SDKSTATS_DISABLED_ALL", "true");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (https)
            {
                listen.UseHttps(TestCertificate.Value);
            }
        }));
        var server = builder.Build();
        var ingestion = new FakeIngestion(server);
        server.Run(ingestion.ServeAsync);
        await server.StartAsync();
        return ingestion;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(Storage, recursive: true);
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (Broken)
        {
            context.Response.StatusCode = 500;
            return;
        }

        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        await using var body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        if (context.Request.Path.StartsWithSegments("/v1"))
        {
            using var all = new MemoryStream();
            await body.CopyToAsync(all);
            Otlp.Enqueue((context.Request.Path, System.Text.Encoding.UTF8.GetString(all.ToArray())));
            return;
        }

        Assert.AreEqual("POST /v2.1/track", $"{context.Request.Method} {context.Request.Path}");
        using var reader = new StreamReader(body);
        var count = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            Items.Enqueue(new Item(line));
            count++;
        }

        await context.Response.WriteAsJsonAsync(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<object>() });
    }
}

/// <summary>One item of telemetry as it left.</summary>
internal sealed class Item
{
    private readonly JsonElement _root;

    public Item(string line)
    {
        Line = line;
        using var document = JsonDocument.Parse(line);
        _root = document.RootElement.Clone();
    }

    public string Line { get; }

    public string Type => _root.GetProperty("data").GetProperty("baseType").GetString()!;

    public JsonElement Data => _root.GetProperty("data").GetProperty("baseData");

    public string Name => Data.GetProperty("name").GetString()!;

    public string Tag(string name) => _root.GetProperty("tags").TryGetProperty(name, out var value) ? value.GetString()! : "";

    public Dictionary<string, string> Properties =>
        Data.GetProperty("properties").EnumerateObject().ToDictionary(static property => property.Name, static property => property.Value.GetString()!);
}
