using System.Net;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Masking;

/// <summary>What of an answer's head masking has to do with.</summary>
internal static class MaskedAnswers
{
    /// <summary>Whether bodies of the form are searched here.</summary>
    public static bool IsSearched(AnswerForm form) => form is AnswerForm.Json or AnswerForm.Text or AnswerForm.Unknown;

    /// <summary>Whether it is a part of something that would have to be searched whole.</summary>
    public static bool IsPart(HttpResponseMessage answer, AnswerForm form) => answer.StatusCode == HttpStatusCode.PartialContent && IsSearched(form);

    /// <summary>Null when it can be searched, or need not be; otherwise the refusal it amounts to.</summary>
    public static Refusal? Judge(HttpResponseMessage answer, AnswerForm form)
    {
        var type = answer.Content.Headers.ContentType;
        return IsPart(answer, form) ? Failed("GitHub answered a part of what was asked for whole.", "a partial answer that would have to be searched")
            : IsSearched(form) && !Charsets.IsSearchable(type) ? Failed("GitHub answered in a character set in which nothing can be searched.", $"charset '{type?.CharSet}'")
            : null;
    }

    /// <summary>Makes true of the head what masking changes: no parts are to be had of what is searched, and no header holds a secret.</summary>
    /// <exception cref="AnswerRefusedException">A header holds what a rule blocks.</exception>
    public static void WriteHead(AnswerMasking masking, AnswerForm form, HttpResponse response)
    {
        if (IsSearched(form))
        {
            response.Headers.Remove("Accept-Ranges");
            response.Headers.Remove("Content-Range");
        }

        masking.MaskHeaders(response.Headers);
    }

    private static Refusal Failed(string message, string detail) => new(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText(message), detail);
}
