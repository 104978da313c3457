using System.Text.Json.Nodes;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What of a request its answer is judged and written by.</summary>
internal sealed record RestAnswerTerms
{
    /// <summary>The form that was asked for.</summary>
    public required RestMedia Media { get; init; }

    /// <summary>Whether the answer may be that nothing changed.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Whether a redirect with a signed URL may come, to be followed.</summary>
    public bool FollowsRedirect { get; init; }

    /// <summary>The range of a file that was asked for; null for all of it.</summary>
    public string? Range { get; init; }

    /// <summary>Who asked: whose entity tags the answer's are.</summary>
    public required PersonId Person { get; init; }

    /// <summary>What is masked in it, as <see cref="CallerEntityTags.MaskedAs"/> has it.</summary>
    public string MaskedAs { get; init; } = "";

    /// <summary>The repository; null when the answer is about several or none.</summary>
    public RepositoryIdentity? Repository { get; init; }

    /// <summary>Whether the caller is not to learn how much was left out: of a last page, or whether something is hidden or not there.</summary>
    public bool HidesWhatIsLeftOut { get; init; }

    /// <summary>Leaves out of a JSON answer what the caller may not see; null when there is nothing to leave out.</summary>
    public Action<JsonNode>? Edit { get; init; }
}
