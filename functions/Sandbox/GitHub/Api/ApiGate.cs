using System.Globalization;
using CursorBroker.Sandbox.GitHub.App;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>Who may pass into the REST API. Each method answers the request itself when it says no.</summary>
internal sealed class ApiGate(AppJwtVerifier jwts, InstallationTokens tokens, Installations installations, RateLimits limits)
{
    /// <summary>The App itself, by its JWT.</summary>
    public async Task<bool> AdmitAppAsync(HttpContext context)
    {
        var credential = PresentedCredential.From(context.Request);
        var verdict = jwts.Verify(credential?.Scheme == "bearer" ? credential.Secret : null);
        if (!verdict.IsAccepted)
        {
            await GitHubAnswer.ErrorAsync(context, verdict.Status, verdict.Message).ConfigureAwait(false);
            return false;
        }

        return await WithinLimitAsync(context, "app", "the app").ConfigureAwait(false);
    }

    /// <summary>An installation, by a token that lives.</summary>
    public async Task<InstallationToken?> AdmitInstallationAsync(HttpContext context, string resource = RateLimits.Core) =>
        await IdentifyAsync(context).ConfigureAwait(false) is { } token
        && await WithinLimitAsync(context, Counted(token), "installation ID " + Counted(token), resource).ConfigureAwait(false)
            ? token
            : null;

    /// <summary>An installation, by a token that lives, or, where that is welcome, someone without a name.</summary>
    public async Task<Admission> AdmitAsync(HttpContext context, bool isAnonymousWelcome)
    {
        if (isAnonymousWelcome && PresentedCredential.From(context.Request) is null)
        {
            return new Admission(await WithinLimitAsync(context, "anonymous", "127.0.0.1").ConfigureAwait(false), null);
        }

        var token = await AdmitInstallationAsync(context).ConfigureAwait(false);
        return new Admission(token is not null, token);
    }

    /// <summary>The installation behind a request's token, as far as one is; answers nothing.</summary>
    public InstallationToken? Known(HttpContext context) =>
        PresentedCredential.From(context.Request) is { } credential && tokens.Find(credential.Secret) is { } token
        && installations.On(token.Account) is not null && !installations.IsSuspended(token.Account)
            ? token
            : null;

    /// <summary>Under which name an installation's requests are counted.</summary>
    public static string Counted(InstallationToken token) => token.InstallationId.ToString(CultureInfo.InvariantCulture);

    /// <summary>An installation, by a token that lives, without counting the request.</summary>
    public async Task<InstallationToken?> IdentifyAsync(HttpContext context)
    {
        var credential = PresentedCredential.From(context.Request);
        if (credential is null)
        {
            // To someone without a name, private things do not exist.
            await GitHubAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return null;
        }

        if (tokens.Find(credential.Secret) is not { } token || installations.On(token.Account) is null)
        {
            await GitHubAnswer.ErrorAsync(context, 401, "Bad credentials").ConfigureAwait(false);
            return null;
        }

        if (installations.IsSuspended(token.Account))
        {
            await GitHubAnswer.ErrorAsync(context, 403, "This installation has been suspended").ConfigureAwait(false);
            return null;
        }

        return token;
    }

    private async Task<bool> WithinLimitAsync(HttpContext context, string who, string named, string resource = RateLimits.Core)
    {
        if (limits.Admit(context.Response, who, resource))
        {
            return true;
        }

        await GitHubAnswer.ErrorAsync(
            context,
            403,
            $"API rate limit exceeded for {named}.",
            "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api").ConfigureAwait(false);
        return false;
    }
}

/// <summary>Whether a request may go on (else it was answered already), and for whom: null for someone without a name.</summary>
internal sealed record Admission(bool IsAdmitted, InstallationToken? Token);
