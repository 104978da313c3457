namespace CursorBroker.FunctionApp.Triggers;

/// <summary>The verbs of a route that answers every one. The platform knows no other way to say it.</summary>
internal static class Verbs
{
    public const string Get = "get";
    public const string Head = "head";
    public const string Post = "post";
    public const string Put = "put";
    public const string Patch = "patch";
    public const string Delete = "delete";
    public const string Options = "options";
}
