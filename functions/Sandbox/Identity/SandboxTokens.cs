namespace CursorBroker.Sandbox.Identity;

/// <summary>What came of asking for tokens.</summary>
public abstract record SandboxTokens
{
    private SandboxTokens()
    {
    }

    /// <summary>They were given.</summary>
    /// <param name="AccessToken">For the broker.</param>
    /// <param name="Lifetime">How long it is good.</param>
    /// <param name="RefreshToken">Null for a workload.</param>
    /// <param name="IdToken">Null for a workload.</param>
    public sealed record Given(string AccessToken, TimeSpan Lifetime, string? RefreshToken, string? IdToken) : SandboxTokens
    {
        /// <summary>Says nothing of what is inside.</summary>
        public override string ToString() => "[tokens]";
    }

    /// <summary>They were refused.</summary>
    /// <param name="Error">OAuth's error code, or <c>unknown_identity</c>.</param>
    /// <param name="Description">For a person.</param>
    public sealed record Refused(string Error, string Description) : SandboxTokens;

    /// <summary>The provider did not answer, or not as a provider does.</summary>
    /// <param name="Detail">For a person.</param>
    public sealed record Unreachable(string Detail) : SandboxTokens;
}
