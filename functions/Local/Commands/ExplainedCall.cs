using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;

namespace CursorBroker.Local.Commands;

/// <summary>The options of <c>policy explain</c> that make the operation a call of GitHub's API.</summary>
internal sealed class ExplainedCall
{
    public Option<string?> Route { get; } = new("--route")
    {
        HelpName = "'METHOD /template'",
        Description = "Call GitHub's API: method and template ('POST /repos/{owner}/{repo}/issues'), or query or mutation and the field.",
    };

    public Option<string[]> Permissions { get; } = new("--permission")
    {
        HelpName = "name:level",
        Description = "A permission that the call needs, such as issues:write; may be repeated. Left out: what GitHub says of the route.",
        DefaultValueFactory = static _ => [],
    };

    public Option<string?> From { get; } = new("--ref") { HelpName = "ref", Description = "The call reads contents of this ref." };

    public void Check(CommandResult result, string? push)
    {
        if (result.GetValue(From) is { } asked && !RefName.TryParse(PolicyExplainCommand.Full(asked), out _))
        {
            result.AddError($"git would refuse the ref name '{asked}'.");
        }

        if (result.GetValue(Route) is null)
        {
            if (result.GetValue(Permissions)!.Length > 0 || result.GetValue(From) is not null)
            {
                result.AddError("--permission and --ref are about a call: name it with --route.");
            }

            return;
        }

        if (push is not null)
        {
            result.AddError("One operation at a time: --push or --route. A call that moves a ref is both, and each is decided by itself.");
        }

        if (Needs(result.GetValue(Route)!, result.GetValue(Permissions)!).IsEmpty)
        {
            result.AddError("What such a call needs is not known here; say it, such as --permission issues:write. Levels are read, write and admin.");
        }
    }

    /// <summary>The call; null when none is asked about.</summary>
    public Operation? Read(ParseResult parsed, RepositoryName repository, string[] paths)
    {
        if (parsed.GetValue(Route) is not { } route)
        {
            return null;
        }

        var from = parsed.GetValue(From) is { } asked ? RefName.Parse(PolicyExplainCommand.Full(asked)) : null;
        var reads = from is null && paths.Length == 0 ? null : new ContentRead(from, paths.Length == 0 ? null : paths);
        return Operation.Api(repository, Needs(route, parsed.GetValue(Permissions)!), ApiRoutes.CallOf(route) with { Reads = reads });
    }

    /// <summary>The sets, any of which the call needs; none when that cannot be told.</summary>
    private static ImmutableArray<PermissionSet> Needs(string route, string[] permissions) => permissions.Length == 0
        ? ApiRoutes.GitHub.All.FirstOrDefault(each => each.Id == route)?.Needs ?? []
        : Named(permissions) is { IsEmpty: false } named ? [named] : [];

    /// <summary>Null when one of them is not a <c>name:level</c>.</summary>
    private static PermissionSet? Named(string[] permissions)
    {
        var needs = PermissionSet.Empty;
        foreach (var text in permissions)
        {
            if (text.Split(':') is not [{ Length: > 0 } name, var level] || level is not ("read" or "write" or "admin"))
            {
                return null;
            }

            needs = needs.With(name, Enum.Parse<Access>(level, ignoreCase: true));
        }

        return needs;
    }
}
