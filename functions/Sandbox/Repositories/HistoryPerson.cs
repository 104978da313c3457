namespace CursorBroker.Sandbox.Repositories;

/// <summary>Someone who writes commits.</summary>
internal sealed record HistoryPerson(string Name, string Email)
{
    public override string ToString() => $"{Name} <{Email}>";
}
