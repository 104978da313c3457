using System.Collections.Immutable;

namespace CursorBroker.Sandbox.Identity;

/// <summary>An application registered with the stand-in provider.</summary>
public sealed record SandboxClient
{
    /// <summary>The client of the command line: public, any loopback port.</summary>
    public const string CommandLineId = "cursor-broker-cli";

    /// <summary>Cursor itself: public, with the redirects it uses.</summary>
    public const string CursorId = "cursor";

    /// <summary>The broker's own pages, where people sign in with a browser: public, any loopback port.</summary>
    public const string PagesId = "cursor-broker-pages";

    /// <summary>The workload's client, named as its identity.</summary>
    public const string BuildId = "build";

    /// <summary>The client that may ask the Graph stand-in about groups.</summary>
    public const string GraphId = "cursor-broker-graph";

    /// <summary>The workload's secret. It is known to everyone on purpose: on the provider's page anyone is anyone, too.</summary>
    public const string BuildSecret = "sandbox-build-secret";

    /// <summary>The client id.</summary>
    public required string Id { get; init; }

    /// <summary>The secret of a confidential client, which gets tokens for itself alone; null for a public one, which signs people in.</summary>
    public string? Secret { get; init; }

    /// <summary>
    /// Redirects, compared exactly; for <c>http</c> on <c>127.0.0.1</c>, <c>[::1]</c> or <c>localhost</c> without a port, any port
    /// will do (RFC 8252, section 7.3).
    /// </summary>
    public ImmutableArray<string> Redirects { get; init; } = [];

    /// <summary>The identity that client credentials stand for; null when they stand for none in the directory.</summary>
    public string? Identity { get; init; }

    /// <summary>The clients there are from the start, but for the Graph one, whose secret is made anew at every start.</summary>
    public static ImmutableArray<SandboxClient> Defaults { get; } =
    [
        new() { Id = CommandLineId, Redirects = ["http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"] },
        new()
        {
            Id = CursorId,
            Redirects =
            [
                "http://localhost:8787/callback",
                "https://www.cursor.com/agents/mcp/oauth/callback",
                "cursor://anysphere.cursor-mcp/oauth/callback",
            ],
        },
        new()
        {
            Id = PagesId,
            Redirects = ["http://127.0.0.1/login/callback", "http://[::1]/login/callback", "http://localhost/login/callback"],
        },
        new() { Id = BuildId, Secret = BuildSecret, Identity = "build" },
    ];

    internal bool AllowsRedirect(string redirect) =>
        Uri.TryCreate(redirect, UriKind.Absolute, out var asked) && Redirects.Any(one => Matches(new Uri(one), one, asked, redirect));

    private static bool Matches(Uri registered, string registeredText, Uri asked, string askedText)
    {
        if (registeredText == askedText)
        {
            return true;
        }

        // A redirect with a user name or a fragment in it was not registered, whatever its port.
        return registered is { Scheme: "http", IsLoopback: true, IsDefaultPort: true }
            && asked.Scheme == "http"
            && asked.UserInfo.Length == 0
            && asked.Fragment.Length == 0
            && asked.Query.Length == 0
            && asked.Host == registered.Host
            && asked.AbsolutePath == registered.AbsolutePath;
    }
}
