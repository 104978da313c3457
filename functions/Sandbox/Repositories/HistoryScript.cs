using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace CursorBroker.Sandbox.Repositories;

/// <summary>
/// Turns a history file into a <c>git fast-import</c> stream. The same file gives the same commits everywhere: every name, date and
/// byte is in it. Its language, a line at a time: <c>person</c>, <c>branch</c>, <c>switch</c>, <c>commit</c>, <c>merge</c>,
/// <c>write</c>, <c>append</c>, <c>replace</c>, <c>delete</c>, <c>tag</c>, <c>mark</c> (a lightweight tag), with content on lines
/// that begin with a bar.
/// </summary>
/// <remarks>https://git-scm.com/docs/git-fast-import</remarks>
internal sealed class HistoryScript
{
    private readonly Dictionary<string, HistoryPerson> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HistoryBranch> _branches = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _stream = new();
    private readonly StringBuilder _content = new();
    private HistoryBranch _current = new("main");
    private Action<string>? _pendingContent;
    private int _marks;
    private bool _commitOpen;

    private HistoryScript() => _branches["main"] = _current;

    /// <summary>The stream for one of the histories built into this assembly.</summary>
    public static byte[] Stream(string history)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var resource = assembly.GetManifestResourceStream($"CursorBroker.Sandbox.Repositories.Histories.{history}.txt")
            ?? throw new ArgumentException($"There is no history named {history}.", nameof(history));
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return Compile(reader.ReadToEnd());
    }

    /// <summary>The stream for a history.</summary>
    /// <exception cref="FormatException">A line makes no sense; the message names it.</exception>
    public static byte[] Compile(string text)
    {
        var script = new HistoryScript();
        foreach (var (index, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            try
            {
                script.Line(line);
            }
            catch (Exception wrong) when (wrong is KeyNotFoundException or FormatException or ArgumentException)
            {
                throw new FormatException($"Line {index + 1} of the history: {wrong.Message}", wrong);
            }
        }

        script.EndContent();
        script.EndCommit();
        script.Emit("done\n");
        return script._stream.WrittenSpan.ToArray();
    }

    private static string[] Words(string text, int count) => text.Split(' ', count) is { } words && words.Length == count
        ? words
        : throw new FormatException($"'{text}' needs {count} words.");

    private static string When(string word) => DateTimeOffset.Parse(word, CultureInfo.InvariantCulture)
        .ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";

    private void Line(string line)
    {
        if (line.StartsWith('|'))
        {
            _content.Append(line.Length > 1 ? line.AsSpan(2) : []).Append('\n');
            return;
        }

        EndContent();
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }

        var (verb, rest) = line.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? (line[..space], line[(space + 1)..]) : (line, string.Empty);
        switch (verb)
        {
            case "person":
                var person = Words(rest, 3);
                _people[person[0]] = new HistoryPerson(person[2], person[1]);
                break;
            case "commit":
                Commit(Words(rest, 3), merged: null);
                break;
            case "merge":
                var merge = Words(rest, 4);
                Commit(merge[1..], _branches[merge[0]]);
                break;
            case "write":
                _pendingContent = content => Put(rest, content);
                break;
            case "append":
                _pendingContent = content => Put(rest, _current.Files[rest] + content);
                break;
            case "replace":
                Replace(rest);
                break;
            case "delete":
                Delete(rest);
                break;
            default:
                RefLine(verb, rest);
                break;
        }
    }

    private void RefLine(string verb, string rest)
    {
        EndCommit();
        switch (verb)
        {
            case "branch":
                _branches.Add(rest, _current = _current.Fork(rest));
                Emit($"reset refs/heads/{rest}\nfrom :{_current.Tip}\n\n");
                break;
            case "switch":
                _current = _branches[rest];
                break;
            case "tag":
                var tag = Words(rest, 4);
                Emit($"tag {tag[0]}\nfrom :{_current.Tip}\ntagger {_people[tag[1]]} {When(tag[2])}\n");
                Data(tag[3] + "\n");
                break;
            case "mark":
                Emit($"reset refs/tags/{rest}\nfrom :{_current.Tip}\n\n");
                break;
            default:
                throw new FormatException($"'{verb}' is not a word of this language.");
        }
    }

    // words: person, time, message
    private void Commit(string[] words, HistoryBranch? merged)
    {
        EndCommit();
        var who = $"{_people[words[0]]} {When(words[1])}\n";
        Emit($"commit refs/heads/{_current.Name}\nmark :{++_marks}\nauthor {who}committer {who}");
        Data(words[2].Replace("\\n", "\n", StringComparison.Ordinal) + "\n");
        if (_current.Tip > 0)
        {
            Emit($"from :{_current.Tip}\n");
        }

        _current.Tip = _marks;
        _commitOpen = true;
        if (merged is not null)
        {
            Emit($"merge :{merged.Tip}\n");
            foreach (var path in merged.Changed)
            {
                Put(path, merged.Files[path]);
            }
        }
    }

    private void Put(string path, string content)
    {
        RequireCommit();
        _current.Put(path, content);
        Emit($"M 100644 inline {path}\n");
        Data(content);
    }

    private void Replace(string rest)
    {
        // replace PATH ::: OLD ::: NEW, where \n stands for a new line.
        if (rest.Replace("\\n", "\n", StringComparison.Ordinal).Split(" ::: ") is not [var path, var old, var fresh])
        {
            throw new FormatException("replace needs a path, the old text and the new, parted by ' ::: '.");
        }

        var before = _current.Files[path];
        if (!before.Contains(old, StringComparison.Ordinal))
        {
            throw new FormatException($"{path} does not hold '{old}'.");
        }

        Put(path, before.Replace(old, fresh, StringComparison.Ordinal));
    }

    private void Delete(string path)
    {
        RequireCommit();
        _current.Delete(path);
        Emit($"D {path}\n");
    }

    private void RequireCommit()
    {
        if (!_commitOpen)
        {
            throw new FormatException("A file changes only within a commit.");
        }
    }

    private void EndContent()
    {
        if (_pendingContent is { } use)
        {
            _pendingContent = null;
            var content = _content.ToString();
            _content.Clear();
            use(content);
        }
    }

    private void EndCommit()
    {
        if (_commitOpen)
        {
            Emit("\n");
            _commitOpen = false;
        }
    }

    private void Emit(string text) => _stream.Write(Encoding.UTF8.GetBytes(text));

    private void Data(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Emit(string.Create(CultureInfo.InvariantCulture, $"data {bytes.Length}\n"));
        _stream.Write(bytes);
        Emit("\n");
    }
}
