using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Refuses content that may not be written.</summary>
internal static class WriteRefusals
{
    /// <summary>A mask of the broker, or a placeholder that is not filled here, whatever the policy says.</summary>
    public static Refusal OfMask(Stage stage, string where, int line, bool isPlaceholder) =>
        new(stage, RefusalKind.WritesMask, new CallerText(WrittenMask.Message(where, line, isPlaceholder)), $"a {(isPlaceholder ? "placeholder" : "mask of the broker")} at {where}:{line}");

    /// <summary>More than anybody could look through.</summary>
    public static Refusal OfTooMany(Stage stage, string what) => new(
        stage, RefusalKind.TooLarge, new CallerText($"{what} holds more than {WriteScanner.MostFindings} secrets."), $"more than {WriteScanner.MostFindings} findings");

    /// <summary>A secret in content that is looked through on its way, when nobody can be asked any more.</summary>
    public static Refusal OfSecret(AddedSecret secret) => new(
        Stage.Forward, RefusalKind.Denied, new CallerText($"policy: It adds a secret: {secret}. What is no secret can be let through by the policy (masking.allow)."), $"adds {secret}");

    /// <summary>What is against content as it is known so far; null when nothing is.</summary>
    /// <param name="verdict">What it holds.</param>
    /// <param name="where">What it is.</param>
    /// <param name="added">What the policy says of secrets.</param>
    public static Refusal? OfContent(ContentVerdict verdict, string where, AddedSecrets added) =>
        verdict.Masks.FirstOrDefault() is { } mask ? OfMask(Stage.Forward, where, mask.Line, mask.IsPlaceholder)
        : verdict.TooMany ? OfTooMany(Stage.Forward, where)
        : added == AddedSecrets.Refuse && verdict.AddedTo() is [var first, ..] ? OfSecret(new AddedSecret(where, first.Line, first.Rule))
        : null;
}
