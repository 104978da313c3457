using CursorBroker.Core.Identity;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn;

/// <summary>What follows a round trip to the provider, other than being signed in. Filled by the pages.</summary>
internal interface ISignInFollower
{
    /// <summary>Answers a sign-in that did not succeed.</summary>
    Task FailedAsync(HttpContext context, SignInProblem problem);

    /// <summary>Answers a round trip that was taken to confirm something, with who the provider says is there, at this moment.</summary>
    /// <param name="context">The callback's request.</param>
    /// <param name="intent">What was to be confirmed.</param>
    /// <param name="caller">A person, with the groups of this moment.</param>
    Task ConfirmedAsync(HttpContext context, ConfirmedIntent intent, Caller caller);

    /// <summary>Answers a round trip that was taken for something else than the pages: whoever comes back is who it is about.</summary>
    /// <param name="context">The callback's request.</param>
    /// <param name="errand">What the trip was taken for.</param>
    /// <param name="caller">A person, with all the groups of this moment.</param>
    /// <param name="refresh">The provider's refresh token; null when it gave none.</param>
    Task ArrivedAsync(HttpContext context, string errand, Caller caller, string? refresh);
}

/// <summary>Something a signed-in person wants to do, kept in the round trip's protected state.</summary>
/// <param name="Person">Who was signed in when they asked for it.</param>
/// <param name="Payload">What, in the follower's own words.</param>
internal sealed record ConfirmedIntent(PersonId Person, string Payload);

/// <summary>Why a sign-in did not succeed.</summary>
internal enum SignInProblem
{
    /// <summary>The person, or the provider's rules, said no.</summary>
    Declined,

    /// <summary>The provider does not answer, or not sensibly; or groups cannot be looked up.</summary>
    ProviderUnavailable,

    /// <summary>The answer belongs to no sign-in of this browser, or to one that is over: replayed, bookmarked, too late or forged.</summary>
    NotExpected,

    /// <summary>The provider vouches for somebody whom the policy's settings do not accept.</summary>
    NotAccepted,

    /// <summary>A workload, which has no business on a page.</summary>
    NotAPerson,
}
