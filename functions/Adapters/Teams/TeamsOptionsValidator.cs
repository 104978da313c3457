using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Teams;

/// <summary>Says every setting that is out of range, and its range.</summary>
internal sealed class TeamsOptionsValidator : IValidateOptions<TeamsOptions>
{
    public ValidateOptionsResult Validate(string? name, TeamsOptions options) =>
        options.Timeout >= TimeSpan.FromSeconds(1) && options.Timeout <= TimeSpan.FromSeconds(30)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{nameof(options.Timeout)} is {options.Timeout}; it must be from 1 to 30 seconds.");
}
