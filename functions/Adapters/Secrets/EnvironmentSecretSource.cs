using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Secrets;

/// <summary>
/// Secrets in the process's environment: <c>teams-webhook</c> is <c>CURSORBROKER_SECRET_TEAMS_WEBHOOK</c>. Names have lower-case letters, digits and hyphens;
/// one with a capital letter would share a variable with another name, so there is none of such a name.
/// </summary>
/// <param name="read">Reads a variable; the process's own when null.</param>
public sealed class EnvironmentSecretSource(Func<string, string?>? read = null) : ISecretSource
{
    /// <summary>What the variables' names begin with.</summary>
    public const string Prefix = "CURSORBROKER_SECRET_";

    private readonly Func<string, string?> _read = read ?? Environment.GetEnvironmentVariable;

    /// <summary>The variable that holds a secret; null for a name that has none.</summary>
    public static string? VariableOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name is { Length: > 0 and <= 127 } && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? Prefix + name.ToUpperInvariant().Replace('-', '_')
            : null;
    }

    /// <inheritdoc/>
    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(VariableOf(name) is { } variable && _read(variable) is { Length: > 0 } secret ? secret : null);
}
