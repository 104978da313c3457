namespace CursorBroker.Local.Hosting;

/// <summary>The host cannot start; the message says why and how to mend it, and is all that a person is shown.</summary>
internal sealed class CannotStartException(string message, Exception? inner = null) : Exception(message, inner);
