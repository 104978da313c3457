using System.Text;
using CursorBroker.Gateway.Pages.Views;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Pages;

/// <summary>Renders a component, on the server and once, as the answer.</summary>
internal sealed class PageWriter(ILoggerFactory loggers)
{
    public async Task WriteAsync<TPage>(HttpContext context, int status, object model)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(context.RequestServices, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Model"] = model }));
            using var writer = new StringWriter();
            writer.Write("<!doctype html>\n");
            root.WriteHtmlTo(writer);
            return writer.ToString();
        });
        var bytes = Encoding.UTF8.GetBytes(html);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        PageHeaders.Set(context.Response);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>A page that says what is the matter, the same for everybody.</summary>
    public Task ProblemAsync(HttpContext context, int status, string heading, string text, PageLink? link = null) =>
        WriteAsync<ProblemPage>(context, status, new ProblemView(heading, text, link));

    /// <summary>What an approval that is not there gets, and everybody who may not see one that is.</summary>
    public Task NotFoundAsync(HttpContext context) => ProblemAsync(
        context,
        StatusCodes.Status404NotFound,
        "There is nothing here",
        "Either there is no such page, or it is not yours to see. If you were sent here to approve something, you may have signed in with another account, or be in none of the groups that decide.",
        PageLink.Inbox);
}
