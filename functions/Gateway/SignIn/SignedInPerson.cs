using System.Collections.Immutable;
using System.Security.Claims;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.SignIn;

/// <summary>Who a browser belongs to, as its cookie says: good for showing, never for deciding.</summary>
/// <param name="Person">Who.</param>
/// <param name="DisplayName">For people to read.</param>
/// <param name="Groups">The groups at sign-in.</param>
internal sealed record SignedInPerson(PersonId Person, string DisplayName, ImmutableHashSet<string> Groups)
{
    private const string Issuer = "iss";
    private const string Subject = "sub";
    private const string Name = "name";
    private const string Group = "group";

    public static SignedInPerson Of(Caller caller) => new(caller.Person, caller.DisplayName, caller.Groups);

    /// <summary>Reads what <see cref="ToPrincipal"/> wrote; null when it is not that, or of another issuer than <paramref name="issuer"/>.</summary>
    public static SignedInPerson? Read(ClaimsPrincipal principal, string issuer) =>
        principal.FindFirstValue(Subject) is { } subject && principal.FindFirstValue(Name) is { } name && principal.FindFirstValue(Issuer) == issuer
            ? new SignedInPerson(new PersonId(issuer, subject), name, [.. principal.FindAll(Group).Select(static claim => claim.Value)])
            : null;

    /// <summary>For the cookie, and for the anti-forgery token, which is bound to issuer and subject.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [
            new Claim(Issuer, Person.Issuer),
            new Claim(Subject, Person.Subject, ClaimValueTypes.String, Person.Issuer),
            new Claim(Name, DisplayName),
            .. Groups.Order(StringComparer.Ordinal).Select(static group => new Claim(Group, group)),
        ],
        SignInSchemes.Cookie));

    /// <summary>In Core's terms, for what needs no fresh sign-in.</summary>
    public Caller ToCaller(string client) => new()
    {
        Issuer = Person.Issuer,
        Person = Person,
        Kind = CallerKind.Person,
        Client = client,
        Groups = Groups,
        DisplayName = DisplayName,
    };
}
