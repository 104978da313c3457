using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Gateway.Inspecting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>An inner call as an <see cref="HttpContext"/> of its own, with every feature that the pipeline and the rooms look at. Made from the call's parts alone.</summary>
internal sealed class InnerRequest : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RequestServicesFeature _services;
    private readonly LifetimeFeature _lifetime;

    public InnerRequest(ApiCallRequest call, Uri root, StringValues authorization, IServiceScopeFactory scopes, BudgetShare share, CancellationToken cancellationToken)
    {
        var body = call.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(call.Body, Relaxed);
        Response = new(call.MaxBytes, share);
        _lifetime = new(cancellationToken);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = call.Method.Method,
            Scheme = root.Scheme,
            Protocol = "HTTP/1.1",
            PathBase = "",
            Path = Decode(call.Path.Value),
            QueryString = call.QueryText,
            RawTarget = call.Target,
            Body = new MemoryStream(body, writable: false),
            Headers = HeadersOf(call, root, authorization, body.Length),
        });
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body.Length > 0));
        features.Set<IHttpRequestLifetimeFeature>(_lifetime);
        features.Set<IHttpResponseFeature>(Response);
        features.Set<IHttpResponseBodyFeature>(Response);
        Context = new DefaultHttpContext(features);
        _services = new(Context, scopes);
        features.Set<IServiceProvidersFeature>(_services);
    }

    public DefaultHttpContext Context { get; }

    public InnerResponse Response { get; }

    /// <summary>Whether the pipeline cut the connection: what was written is not whole.</summary>
    public bool IsCut => _lifetime.IsAborted;

    public async ValueTask DisposeAsync()
    {
        await Response.DisposeAsync();
        await _services.DisposeAsync();
        _lifetime.Dispose();
    }

    // As a server does: once, and an encoded slash stays one.
    private static string Decode(string path) => Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.Ordinal));

    private static IHeaderDictionary HeadersOf(ApiCallRequest call, Uri root, StringValues authorization, int length)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        headers.Host = root.Authority;
        headers.Authorization = authorization;
        headers.Accept = call.Accept;
        if (length > 0)
        {
            headers.ContentType = "application/json; charset=utf-8";
            headers.ContentLength = length;
        }

        return headers;
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private sealed class LifetimeFeature(CancellationToken outer) : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(outer);

        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted
        {
            get => field == default ? _source.Token : field;
            set;
        }

        public void Abort()
        {
            IsAborted = true;
            _source.Cancel();
        }

        public void Dispose() => _source.Dispose();
    }
}
