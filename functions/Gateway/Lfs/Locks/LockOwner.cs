using System.Text.Json.Serialization;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>Who made a lock through the broker.</summary>
/// <param name="Issuer">The person's issuer.</param>
/// <param name="Subject">The person's subject there.</param>
/// <param name="Name">What others are shown.</param>
internal sealed record LockOwner(string Issuer, string Subject, string Name)
{
    public static LockOwner Of(Caller caller) => new(caller.Person.Issuer, caller.Person.Subject, caller.DisplayName);

    /// <summary>Whether it is this person, whatever they are called by now.</summary>
    public bool Is(Caller caller) => new PersonId(Issuer, Subject) == caller.Person;
}

/// <summary>How owners are written.</summary>
[JsonSerializable(typeof(LockOwner))]
internal sealed partial class LockOwnerJson : JsonSerializerContext;
