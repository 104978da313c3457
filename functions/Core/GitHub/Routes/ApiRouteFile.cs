using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.GitHub.Routes;

/// <summary>Reads <c>routes.tsv</c>, which is part of the assembly. A line that makes no sense is a bug of ours and stops the process.</summary>
internal static class ApiRouteFile
{
    private const string Resource = "routes.tsv";

    /// <summary>Names that clients which page through everything add to any list, asked or not; GitHub passes over them where they mean nothing.</summary>
    private static readonly string[] Paging = ["page", "per_page"];

    public static ImmutableArray<ApiRoute> Read()
    {
        using var stream = typeof(ApiRouteFile).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in this assembly.");
        using var reader = new StreamReader(stream);
        return Read(reader);
    }

    public static ImmutableArray<ApiRoute> Read(TextReader reader)
    {
        var routes = ImmutableArray.CreateBuilder<ApiRoute>();
        _ = reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            routes.Add(Route(line));
        }

        return routes.ToImmutable();
    }

    private static ApiRoute Route(string line)
    {
        if (line.Split('\t') is not [var method, ['/', ..] template, var kindName, var needs, var traits, var query, var why] || !Enum.TryParse<ApiRouteKind>(kindName, out var kind))
        {
            throw new InvalidDataException($"{Resource}: not a route: {line}");
        }

        var route = new ApiRoute(method, template)
        {
            Kind = kind,
            Needs = [.. Parts(needs.TrimStart('!'), '|').Select(PermissionsOf)],
            Traits = Parts(traits, ' ').Select(TraitOf).Aggregate(ApiRouteTraits.None, static (all, one) => all | one),
            Query = [.. Parts(query, ' ').Concat(method == "GET" && kind != ApiRouteKind.Refused ? Paging : []).Distinct(StringComparer.Ordinal)],
            Why = why.Length == 0 ? null : why,
        };
        var forwarded = kind is not (ApiRouteKind.Refused or ApiRouteKind.Broker);
        return route.Needs.IsEmpty != forwarded && route.Why is null == (kind != ApiRouteKind.Refused)
            ? route
            : throw new InvalidDataException($"{Resource}: what is refused has a reason, what is forwarded has needs: {line}");
    }

    private static PermissionSet PermissionsOf(string text) => Parts(text, '+').Aggregate(PermissionSet.Empty, static (set, part) => part.Split(':') switch
    {
        [var name, "read"] => set.With(name, Access.Read),
        [var name, "write"] => set.With(name, Access.Write),
        _ => throw new InvalidDataException($"{Resource}: not a permission: {part}"),
    });

    private static ApiRouteTraits TraitOf(string text) => text switch
    {
        "signed" => ApiRouteTraits.SignedRedirect,
        "opaque" => ApiRouteTraits.Opaque,
        "upload" => ApiRouteTraits.Upload,
        "raw-body" => ApiRouteTraits.RawBody,
        "whole" => ApiRouteTraits.Whole,
        _ => throw new InvalidDataException($"{Resource}: not a trait: {text}"),
    };

    private static string[] Parts(string text, char separator) => text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
