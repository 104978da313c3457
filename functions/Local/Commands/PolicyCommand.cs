using System.CommandLine;
using CursorBroker.Core.Policy;

namespace CursorBroker.Local.Commands;

/// <summary><c>policy</c>: check a policy file, and explain what it decides.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Check a policy, or explain one of its decisions.") { Check(), PolicyExplainCommand.Create() };

    /// <summary>The file, compiled; null after its errors were printed.</summary>
    public static PolicySet? Compile(FileInfo file, out int exitCode)
    {
        exitCode = ExitCode.CannotRun;
        string text;
        try
        {
            text = File.ReadAllText(file.FullName);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Terminal.Problem($"The policy cannot be read: {failure.Message}");
            return null;
        }

        var compiled = PolicyCompiler.Compile(text);
        foreach (var problem in compiled.Problems)
        {
            Terminal.Line($"{file.Name}:{problem}");
        }

        exitCode = compiled.Policy is null ? ExitCode.Failed : ExitCode.Success;
        return compiled.Policy;
    }

    private static Command Check()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The policy." };
        var command = new Command("check", "Print every error with line and column, and run the policy's own tests.") { file };
        command.SetAction(parsed => Check(parsed.GetValue(file)!));
        return command;
    }

    private static int Check(FileInfo file)
    {
        if (Compile(file, out var exitCode) is not { } policy)
        {
            if (exitCode == ExitCode.Failed)
            {
                Terminal.Line($"{file.Name}: not valid");
            }

            return exitCode;
        }

        var results = PolicyTestRunner.Run(policy);
        var failed = results.Where(static result => !result.Passed).ToList();
        foreach (var result in failed)
        {
            Terminal.Line($"{file.Name}:{result.Line}:{result.Column}: test '{result.Name}' expects {Word(result.Expected)}, the policy says {Word(result.Actual)}");
            foreach (var line in result.Explanation)
            {
                Terminal.Line($"    {line}");
            }
        }

        Terminal.Line($"{file.Name}: valid; {results.Length - failed.Count} of {results.Length} tests pass");
        return failed.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static string Word(PolicyTestOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
