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
    public async Task<InstallationToken?> AdmitInstallationAsync(HttpContext context)
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

        var who = token.InstallationId.ToString(CultureInfo.InvariantCulture);
        return await WithinLimitAsync(context, who, "installation ID " + who).ConfigureAwait(false) ? token : null;
    }

    private async Task<bool> WithinLimitAsync(HttpContext context, string who, string named)
    {
        if (limits.Admit(context.Response, who))
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
