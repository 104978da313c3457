using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pages;

/// <summary>One request to the pages, known to be for the broker's own address.</summary>
internal sealed class Visit(HttpContext context, SignInOptions options)
{
    // A reason of 1,000 characters, percent-encoded at worst, and the token.
    private const int MaxForm = 32 * 1024;

    public HttpContext Context => context;

    public SignInOptions Options => options;

    public SignInEndpoints SignIn { get; } = context.RequestServices.GetRequiredService<SignInEndpoints>();

    public PageWriter Pages { get; } = context.RequestServices.GetRequiredService<PageWriter>();

    public CancellationToken Aborted => context.RequestAborted;

    public T Get<T>()
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    /// <summary>The anti-forgery token for a page's forms; sets its cookie.</summary>
    public string FormToken() => Get<IAntiforgery>().GetAndStoreTokens(context).RequestToken!;

    /// <summary>Sends the browser off to sign in and come back to this path.</summary>
    public void ToLogin(string returnPath)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = options.Address.Of(SignInEndpoints.LoginFor(returnPath));
    }

    /// <summary>Sends the browser to a path of the pages.</summary>
    public void To(string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = options.Address.Of(path);
    }

    /// <summary>True when a form comes from these pages; false, and the answer is written, when it is another site's.</summary>
    public async ValueTask<bool> IsOwnFormAsync()
    {
        if (SameOrigin.Says(context.Request, options.Address))
        {
            return true;
        }

        Get<ILogger<Visit>>().CrossSite(context.Request.Path);
        await Pages.ProblemAsync(
            context,
            StatusCodes.Status403Forbidden,
            "This did not come from here",
            "The form was sent from another site, or by a browser that does not say where from. Nothing was changed.",
            PageLink.Inbox);
        return false;
    }

    /// <summary>The form; null when it is none, or too large.</summary>
    public async ValueTask<IFormCollection?> ReadFormAsync()
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength is > MaxForm)
        {
            return null;
        }

        try
        {
            return await context.Request.ReadFormAsync(
                new Microsoft.AspNetCore.Http.Features.FormOptions { ValueCountLimit = 16, KeyLengthLimit = 64, ValueLengthLimit = MaxForm, BufferBodyLengthLimit = MaxForm, MultipartBodyLengthLimit = MaxForm },
                Aborted);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException or IOException && !Aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Whether the form holds the token of this browser and this person. The form must have been read.</summary>
    public Task<bool> HasFormTokenAsync() => Get<IAntiforgery>().IsRequestValidAsync(context);
}
