using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>Why one ref of a push was refused.</summary>
/// <param name="Ref">The ref.</param>
/// <param name="Reason">Shown in brackets behind the ref; made one line and cut by the writer.</param>
public sealed record RefRefusal(RefName Ref, string Reason);
