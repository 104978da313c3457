namespace CursorBroker.Core.Policy;

/// <summary>Something wrong or doubtful in a policy's text.</summary>
/// <param name="Severity">An error keeps the policy from being used; a warning does not.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1, in characters.</param>
/// <param name="Path">Where in the document's structure, such as <c>rules[0].allow.contents</c>; empty for the document itself.</param>
/// <param name="Message">What is wrong and, where that is known, what to write instead. Bounded and free of control characters.</param>
public sealed record PolicyProblem(PolicySeverity Severity, int Line, int Column, string Path, string Message)
{
    /// <summary><c>3:5: error: rules[0].id: ...</c>, the form editors make into links.</summary>
    public override string ToString()
    {
        var severity = Severity == PolicySeverity.Error ? "error" : "warning";
        return Path.Length == 0 ? $"{Line}:{Column}: {severity}: {Message}" : $"{Line}:{Column}: {severity}: {Path}: {Message}";
    }
}

/// <summary>How bad a problem is.</summary>
public enum PolicySeverity
{
    /// <summary>Doubtful, but usable.</summary>
    Warning,

    /// <summary>Not usable.</summary>
    Error,
}
