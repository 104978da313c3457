namespace CursorBroker.Core.Masking;

/// <summary>What is done about a secret.</summary>
public enum MaskAction
{
    /// <summary>It is masked in place.</summary>
    Mask,

    /// <summary>The answer ends before it.</summary>
    Block,

    /// <summary>It is recorded and passes.</summary>
    Audit,
}
