using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>Decides for a name on the wire whether it is shown. A name that cannot be judged is hidden.</summary>
internal sealed class RefFilter(RefVisibility visible)
{
    public bool IsEverything => visible.IsEverything;

    public bool Shows(ReadOnlySpan<byte> name) =>
        visible.IsEverything || (GitText.TryDecode(name, out var text) && Shows(text));

    public bool Shows(string name) =>
        visible.IsEverything || (RefName.TryParse(name, out var parsed) && visible.Shows(parsed));

    /// <summary>
    /// HEAD is no ref of its own: it is shown when the branch it points to is. One that points to no known branch (detached) may be any commit.
    /// </summary>
    public bool ShowsHead(string? target) => visible.IsEverything || (target is not null && Shows(target));
}
