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

    public void Check(CommandResult result, bool isAboutRepository)
    {
        if (result.GetValue(Secret) is null)
        {
            if (result.GetValue(Verb) is not null || result.GetValue(For) is not null)
            {
                result.AddError("--verb and --for are about a secret: name it with --secret.");
            }

            return;
        }

        if (isAboutRepository)
        {
            result.AddError("One operation at a time: --secret, or a --repository and what is done there.");
        }

        if (Read(result.GetValue(Secret), result.GetValue(Verb), result.GetValue(For)) is null)
        {
            result.AddError("Name a secret as VAULT/NAME and what is done with it (--verb), for 'use' what for (--for); all secrets (VAULT/*) can only be listed.");
        }
    }

    /// <summary>The call; null when none is asked about.</summary>
    public Operation? Read(ParseResult parsed) => Read(parsed.GetValue(Secret), parsed.GetValue(Verb), parsed.GetValue(For));

    private static Operation? Read(string? secret, string? word, string? use)
    {
        if (secret?.Split('/') is not [var vaultText, var nameText]
            || !VaultName.TryParse(vaultText, out var vault)
            || !SecretVerbs.Verbs.TryGetValue(word ?? "", out var verb)
            || (verb == SecretVerb.Use) != (use is not null))
        {
            return null;
        }

        SecretUse? to = use is null ? null : SecretVerbs.Uses.TryGetValue(use, out var known) ? known : null;
        var isAll = nameText == "*";
        var name = SecretName.TryParse(nameText, out var parsed) ? parsed : null;
        return (use is not null && to is null) || (isAll ? verb != SecretVerb.List : name is null) ? null : Operation.Secret(vault, name, new SecretCall(verb) { To = to });
    }
}
