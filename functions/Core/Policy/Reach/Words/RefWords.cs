using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Reach.Words;

/// <summary>Refs as the policy language writes them: a branch without its <c>refs/heads/</c>.</summary>
internal static class RefWords
{
    private const string Branches = "refs/heads/";

    public static string Of(RefVisibility visible) => Short(visible.ToString().Split(", "));

    public static string Of(RefRules refs) => refs.PushesEverything ? "every ref" : Short(refs.PushText.Split(", "));

    public static string Of(IEnumerable<Glob> refs, string last) => Listing.Of(refs.Select(static glob => OfOne(glob.ToString())), last);

    private static string Short(IEnumerable<string> refs) => Shown.Line(string.Join(", ", refs.Select(OfOne)));

    private static string OfOne(string text) => text switch
    {
        "refs/heads/**" => "every branch",
        "refs/tags/**" => "every tag",
        _ => text.StartsWith(Branches, StringComparison.Ordinal) ? text[Branches.Length..] : text,
    };
}
