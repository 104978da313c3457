using System.Text.RegularExpressions;

namespace CursorBroker.Adapters.Mail;

/// <summary>What the settings may name as a sender: a plain address, as the policy's are.</summary>
internal static partial class SenderAddress
{
    public static bool IsOne(string text) => Address().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
