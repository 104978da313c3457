namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>Something that goes wrong with the next requests that match.</summary>
public abstract record SandboxFault
{
    private SandboxFault()
    {
    }

    /// <summary>Which requests it strikes; every one unless said otherwise.</summary>
    public Func<RecordedRequest, bool> When { get; init; } = static _ => true;

    /// <summary>How many of them, from 1.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Answers in the server's place.</summary>
    /// <param name="Status">The status.</param>
    /// <param name="Body">The body, sent as JSON.</param>
    public sealed record Answer(int Status, string Body = "") : SandboxFault
    {
        /// <summary>Headers to send, such as <c>Retry-After</c>.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    }

    /// <summary>Holds the request back until a task ends, then serves it as if nothing had been.</summary>
    /// <param name="Until">The task; if it fails, so does the request.</param>
    public sealed record Hold(Task Until) : SandboxFault;

    /// <summary>Serves the request but cuts the connection once so many bytes of the body have been written; 0 cuts before any answer.</summary>
    /// <param name="AfterBytes">Bytes of body that are written; as on a real line, the last of them may be lost with it.</param>
    public sealed record Cut(long AfterBytes) : SandboxFault;
}
