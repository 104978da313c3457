namespace CursorBroker.Core.Approvals;

/// <summary>Somebody asks for more approvals than approvers can be expected to look at; nobody was asked.</summary>
public sealed class TooManyApprovalsException : Exception
{
    /// <summary>Says how many.</summary>
    public TooManyApprovalsException(string message)
        : base(message)
    {
    }
}
