using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Oidc;

/// <summary>Says every setting that is out of range, and its range.</summary>
internal sealed class OidcOptionsValidator : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        var problems = new List<string>();
        Range(nameof(options.ClockSkew), options.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Range(nameof(options.DocumentTimeout), options.DocumentTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Range(nameof(options.MaxDocumentBytes), options.MaxDocumentBytes, 1024, 8 * 1024 * 1024);
        Range(nameof(options.RefreshAfter), options.RefreshAfter, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1));
        Range(nameof(options.LastKnownGoodLifetime), options.LastKnownGoodLifetime, TimeSpan.FromMinutes(5), TimeSpan.FromDays(30));
        Range(nameof(options.UnknownKeyInterval), options.UnknownKeyInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Range(nameof(options.RetryInterval), options.RetryInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        if (options.LastKnownGoodLifetime < options.RefreshAfter)
        {
            problems.Add($"{nameof(options.LastKnownGoodLifetime)} must not be below {nameof(options.RefreshAfter)}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Range<T>(string setting, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                problems.Add($"{setting} is {value}; it must be from {least} to {most}.");
            }
        }
    }
}
