using System.Globalization;

namespace CursorBroker.FunctionApp.Settings;

/// <summary>Reads settings and collects what is wrong with them. An empty one counts as absent.</summary>
internal sealed class SettingsReader(Func<string, string?> variable)
{
    public List<string> Problems { get; } = [];

    public string? Text(string name) => variable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>Empty when it is missing, which is a problem.</summary>
    /// <param name="name">Which; the problem names it.</param>
    /// <param name="mend">What to do.</param>
    /// <param name="insteadOf">Reads this one, which stands in for it.</param>
    public string Required(string name, string mend, string? insteadOf = null)
    {
        if (Text(insteadOf ?? name) is { } text)
        {
            return text;
        }

        Problems.Add($"{name} is not set. {mend}");
        return "";
    }

    /// <summary>An address with a slash at its end; null when absent or, which is a problem, not safe.</summary>
    public Uri? Address(string name, bool bare = true)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            && address is { Query: "", Fragment: "", UserInfo: "" }
            && (!bare || address.AbsolutePath == "/"))
        {
            return address;
        }

        Problems.Add($"{name} must be an https address{(bare ? " without a path" : "")}, such as https://name.example.com (http only on this machine).");
        return null;
    }

    /// <summary>Mebibytes as bytes.</summary>
    public long Mebibytes(string name, long otherwise, long most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise * 1024 * 1024;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
        {
            return number * 1024 * 1024;
        }

        Problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number of MiB from 1 to {most}."));
        return otherwise * 1024 * 1024;
    }

    /// <summary>Two that only make sense together.</summary>
    public bool Both(string one, string other)
    {
        if (Text(one) is null == Text(other) is null)
        {
            return Text(one) is not null;
        }

        var (set, missing) = Text(one) is null ? (other, one) : (one, other);
        Problems.Add($"{missing} is not set, but {set} is. Set both or none.");
        return false;
    }
}
