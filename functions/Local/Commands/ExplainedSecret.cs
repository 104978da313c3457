using System.CommandLine;
using System.CommandLine.Parsing;
using CursorBroker.Core.Operations;

namespace CursorBroker.Local.Commands;

/// <summary>The options of <c>policy explain</c> that make the operation a call on a secret.</summary>
internal sealed class ExplainedSecret
{
    public Option<string?> Secret { get; } = new("--secret") { HelpName = "VAULT/NAME", Description = "A call on this secret; VAULT/* is a list of all." };

    public Option<string?> Verb { get; } = new("--verb") { HelpName = "verb", Description = $"What is done with it: {string.Join(", ", SecretVerbs.Verbs.Keys)}." };

    public Option<string?> For { get; } = new("--for") { HelpName = "use", Description = $"What it is used for, with the verb use: {string.Join(", ", SecretVerbs.Uses.Keys)}." };

    public Option<string?> Into { get; } = new("--into") { HelpName = "OWNER/NAME", Description = "The repository whose secrets it is put into, with --for." };

    public void Check(CommandResult result, bool isAboutRepository)
    {
        if (result.GetValue(Secret) is null)
        {
            if (result.GetValue(Verb) is not null || result.GetValue(For) is not null || result.GetValue(Into) is not null)
            {
                result.AddError("--verb, --for and --into are about a secret: name it with --secret.");
            }

            return;
        }

        if (isAboutRepository)
        {
            result.AddError("One operation at a time: --secret, or a --repository and what is done there.");
        }

        if (Read(result.GetValue(Secret), result.GetValue(Verb), result.GetValue(For), result.GetValue(Into)) is null)
        {
            result.AddError("Name a secret as VAULT/NAME and what is done with it (--verb), for 'use' what for (--for) and into which repository (--into); all secrets (VAULT/*) can only be listed.");
        }
    }

    /// <summary>The call; null when none is asked about.</summary>
    public Operation? Read(ParseResult parsed) => Read(parsed.GetValue(Secret), parsed.GetValue(Verb), parsed.GetValue(For), parsed.GetValue(Into));

    private static Operation? Read(string? secret, string? word, string? use, string? repository)
    {
        if (secret?.Split('/') is not [var vaultText, var nameText]
            || !VaultName.TryParse(vaultText, out var vault)
            || !SecretVerbs.Verbs.TryGetValue(word ?? "", out var verb)
            || (verb == SecretVerb.Use) != (use is not null)
            || (use is null) != (repository is null))
        {
            return null;
        }

        SecretUse? to = use is null ? null : SecretVerbs.Uses.TryGetValue(use, out var known) ? known : null;
        var into = RepositoryName.TryParse(repository, out var named) ? named : null;
        var isAll = nameText == "*";
        var name = SecretName.TryParse(nameText, out var parsed) ? parsed : null;
        return (use is not null && (to is null || into is null)) || (isAll ? verb != SecretVerb.List : name is null) ? null : Operation.Secret(vault, name, new SecretCall(verb) { To = to, Into = into });
    }
}
