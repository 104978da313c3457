using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.ApplicationInsights;

/// <summary>Says every setting that is missing or wrong.</summary>
internal sealed class ApplicationInsightsOptionsValidator : IValidateOptions<ApplicationInsightsOptions>
{
    public ValidateOptionsResult Validate(string? name, ApplicationInsightsOptions options)
    {
        var problems = new List<string>();
        var parts = options.ConnectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static part => part.Split('=', 2))
            .GroupBy(static part => part[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static group => group.Key, static group => group.Last().ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
        if (!Guid.TryParse(parts.GetValueOrDefault("InstrumentationKey"), out _))
        {
            problems.Add("Application Insights: the connection string must be the whole one that the resource's overview page shows: InstrumentationKey=...;IngestionEndpoint=https://...");
        }

        if (parts.TryGetValue("IngestionEndpoint", out var endpoint)
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
        {
            problems.Add("Application Insights: IngestionEndpoint must be https (http is for this machine alone): audit events travel there.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
