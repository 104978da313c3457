using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>The form that a machine sends.</summary>
internal static class RequestForm
{
    private const int MaxForm = 32 * 1024;

    /// <summary>The form; null when there is none that can be read, or it is too large.</summary>
    public static async ValueTask<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength is > MaxForm)
        {
            return null;
        }

        try
        {
            return await context.Request.ReadFormAsync(
                new FormOptions { ValueCountLimit = 32, KeyLengthLimit = 64, ValueLengthLimit = MaxForm, BufferBodyLengthLimit = MaxForm, MultipartBodyLengthLimit = MaxForm },
                context.RequestAborted);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// The parameters of one of GitHub's tools, which send them as a form or, to the same addresses, in the query. Only these addresses take them there: what is in an
    /// address is in everybody's logs.
    /// </summary>
    public static async ValueTask<IFormCollection?> ReadGitHubAsync(HttpContext context) =>
        await ReadAsync(context) is { Count: > 0 } form ? form
        : context.Request.Query.Count > 0 ? new FormCollection(context.Request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal))
        : null;

    /// <summary>A parameter that is there once; null otherwise.</summary>
    public static string? One(this IFormCollection form, string name) =>
        form.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    /// <summary>Puts another form in the place of the one that was sent, for whoever reads it next.</summary>
    public static void Replace(HttpContext context, IEnumerable<KeyValuePair<string, string>> fields)
    {
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Features.Set<IFormFeature>(new FormFeature(new FormCollection(fields.ToDictionary(static field => field.Key, static field => new StringValues(field.Value), StringComparer.Ordinal))));
    }
}
