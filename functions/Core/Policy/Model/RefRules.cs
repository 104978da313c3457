using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>A rule's <c>refs</c>: which refs it shows and which it lets one push.</summary>
internal sealed class RefRules
{
    private readonly ImmutableArray<Glob>? _push;

    /// <param name="visible">Globs over full ref names; null: every ref.</param>
    /// <param name="push">Globs over full ref names; null: every ref.</param>
    public RefRules(ImmutableArray<Glob>? visible, ImmutableArray<Glob>? push)
    {
        _push = push;
        Visible = visible is not { } globs || globs.Any(static glob => glob.ToString() == "refs/**")
            ? RefVisibility.Everything
            : RefVisibility.Matching(globs);
    }

    /// <summary>What a rule without <c>refs</c> says: everything.</summary>
    public static RefRules Everything { get; } = new(null, null);

    public RefVisibility Visible { get; }

    /// <summary>True when every ref may be pushed.</summary>
    public bool PushesEverything => _push is not { } globs || globs.Any(static glob => glob.ToString() == "refs/**");

    public bool AnyPushable => _push is not { IsEmpty: true };

    public bool MayPush(RefName name) => _push is not { } globs || globs.Any(glob => glob.IsMatch(name.Value));

    /// <summary>The pushable refs, for explanations.</summary>
    public string PushText => _push is not { } globs ? "every ref" : globs.IsEmpty ? "no ref" : string.Join(", ", globs);
}
