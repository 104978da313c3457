namespace CursorBroker.FunctionApp.Settings;

/// <summary>The app cannot start as it is set up. The message says every problem and how to mend it.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception("The broker cannot start as it is set up:" + string.Concat(problems.Select(static problem => $"{Environment.NewLine}- {problem}")))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
