using System.Collections.Immutable;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Collects everything that is wrong, so that it can be reported at once and in the order of the text.</summary>
internal sealed class Problems
{
    private readonly List<PolicyProblem> _found = [];

    public bool HasErrors { get; private set; }

    public void Error(int line, int column, string path, string message)
    {
        HasErrors = true;
        _found.Add(new(PolicySeverity.Error, line, column, path, message));
    }

    public void Error(YamlValue at, string path, string message) => Error(at.Line, at.Column, path, message);

    public void Warn(YamlValue at, string path, string message) =>
        _found.Add(new(PolicySeverity.Warning, at.Line, at.Column, path, message));

    public ImmutableArray<PolicyProblem> Sorted() =>
        [.. _found.OrderBy(static problem => problem.Line).ThenBy(static problem => problem.Column)];
}
