using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>The way to the provider's token endpoint, where a test says no in the provider's place, or keeps what it gives.</summary>
internal sealed class ScriptedBackchannel() : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>What it answers to a refresh; null to pass it on.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether refresh tokens never arrive.</summary>
    public bool KeepsRefreshTokens { get; set; }

    /// <summary>Whether identity tokens arrive with a signature that is none.</summary>
    public bool SpoilsIdentity { get; set; }

    /// <summary>Every refresh that was asked for, by its form.</summary>
    public ConcurrentQueue<string> Refreshed { get; } = [];

    public void Register(IServiceCollection services) =>
        services.PostConfigure<OpenIdConnectOptions>(SignInSchemes.Provider, options => options.Backchannel = new HttpClient(this, disposeHandler: false));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var isRefresh = form.Contains("grant_type=refresh_token", StringComparison.Ordinal);
        if (isRefresh)
        {
            Refreshed.Enqueue(form);
        }

        if (Refusal is { } refusal && isRefresh)
        {
            return new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = JsonContent.Create(new { error = refusal }) };
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (KeepsRefreshTokens && request.Method == HttpMethod.Post && answer.IsSuccessStatusCode)
        {
            var body = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
            body.Remove("refresh_token");
            answer.Content = JsonContent.Create(body);
        }

        if (SpoilsIdentity && isRefresh && answer.IsSuccessStatusCode)
        {
            var body = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
            body["id_token"] = body["id_token"]!.GetValue<string>()[..^8] + "AAAAAAAA";
            answer.Content = JsonContent.Create(body);
        }

        return answer;
    }
}
