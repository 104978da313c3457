using System.Collections.Immutable;
using CursorBroker.Core.Policy.Parsing;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CursorBroker.Core.Policy.Yaml;

/// <summary>
/// Text to one <see cref="YamlValue"/>, by events, so that nothing is expanded or constructed. Refuses what a policy has no use
/// for and an attacker has: anchors and aliases (exponential documents), tags, merge keys, several documents, deep nesting.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Deepest nesting accepted. The language itself needs nine levels.</summary>
    public const int MaxDepth = 32;

    private readonly Parser _parser;
    private readonly Problems _problems;
    private readonly int _lines;
    private readonly int _end;

    private YamlReader(string text, Problems problems)
    {
        _parser = new Parser(new StringReader(text));
        _lines = text.Count(static c => c == '\n') + (text.EndsWith('\n') ? 0 : 1);
        _end = text.TrimEnd('\n').Length - text.TrimEnd('\n').LastIndexOf('\n');
        _problems = problems;
    }

    /// <summary>Reads the document; null, with the reason reported, when there is none to work with.</summary>
    public static YamlValue? Read(string text, Problems problems)
    {
        var reader = new YamlReader(text, problems);
        try
        {
            return reader.ReadStream();
        }
        catch (YamlException e)
        {
            reader.Malformed(e.Start, e.Message.TrimEnd('.'));
        }
        catch (InvalidOperationException e)
        {
            // The library's scanner ends so on some malformed documents (found by random texts); to us that is one more malformed document.
            reader.Malformed(reader._parser.Current?.End ?? Mark.Empty, e.Message.TrimEnd('.'));
        }

        return null;
    }

    private YamlValue? ReadStream()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd)
        {
            _problems.Error(1, 1, "", "The document is empty; it must begin with 'version: 1'.");
            return null;
        }

        var value = ReadValue(Next(), "", 1);
        if (value is null)
        {
            return null;
        }

        Next<DocumentEnd>();
        if (Next() is DocumentStart second)
        {
            _problems.Error(Line(second.Start), Column(second.Start), "", "There is a second document; a policy is exactly one.");
            return null;
        }

        return value;
    }

    /// <summary>Null when reading cannot go on.</summary>
    private YamlValue? ReadValue(ParsingEvent start, string path, int depth)
    {
        var (line, column) = (Line(start.Start), Column(start.Start));
        if (depth > MaxDepth)
        {
            _problems.Error(line, column, path, $"Nested deeper than {MaxDepth} levels.");
            return null;
        }

        var refused = IsRefused(start, path);
        YamlValue? value = start switch
        {
            AnchorAlias => new YamlRefused(line, column),
            Scalar scalar => new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line, column),
            SequenceStart => ReadList(path, depth, line, column),
            MappingStart => ReadMap(path, depth, line, column),
            _ => throw new InvalidOperationException($"The YAML parser sent {start.GetType().Name} where a value begins."),
        };
        return refused && value is not null ? new YamlRefused(line, column) : value;
    }

    private YamlList? ReadList(string path, int depth, int line, int column)
    {
        var items = ImmutableArray.CreateBuilder<YamlValue>();
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            if (ReadValue(next, Paths.Item(path, items.Count), depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new YamlList(items.ToImmutable(), line, column);
    }

    private YamlMap? ReadMap(string path, int depth, int line, int column)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var key = ReadValue(next, path, depth + 1);
            if (key is null || ReadValue(Next(), Paths.Key(path, (key as YamlScalar)?.Text ?? "?"), depth + 1) is not { } value)
            {
                return null;
            }

            if (IsUsable(key, path, seen))
            {
                entries.Add(new((YamlScalar)key, value));
            }
        }

        return new YamlMap(entries.ToImmutable(), line, column);
    }

    private bool IsUsable(YamlValue key, string path, Dictionary<string, int> seen)
    {
        if (key is not YamlScalar scalar)
        {
            if (key is not YamlRefused)
            {
                _problems.Error(key, path, "A key must be a plain word.");
            }

            return false;
        }

        var at = Paths.Key(path, scalar.Text);
        if (scalar is { Plain: true, Text: "<<" })
        {
            _problems.Error(scalar, at, "Merge keys are not accepted; write the keys out.");
            return false;
        }

        if (!seen.TryAdd(scalar.Text, scalar.Line))
        {
            _problems.Error(scalar, at, $"The key '{Shown.Short(scalar.Text)}' is there twice; the first is on line {seen[scalar.Text]}.");
            return false;
        }

        return true;
    }

    private bool IsRefused(ParsingEvent value, string path)
    {
        var what = value switch
        {
            AnchorAlias alias => $"The alias '*{Shown.Short(alias.Value.Value)}' is not accepted; write the value out.",
            NodeEvent { Anchor.IsEmpty: false } node => $"The anchor '&{Shown.Short(node.Anchor.Value)}' is not accepted; write the value out where it is needed.",
            NodeEvent { Tag.IsEmpty: false } node => $"The tag '{Shown.Short(node.Tag.Value)}' is not accepted.",
            _ => null,
        };
        if (what is not null)
        {
            _problems.Error(Line(value.Start), Column(value.Start), path, what);
        }

        return what is not null;
    }

    private ParsingEvent Next()
    {
        do
        {
            if (!_parser.MoveNext())
            {
                throw new InvalidOperationException("The YAML parser ended before its stream did.");
            }
        }
        while (_parser.Current is Comment);
        return _parser.Current!;
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is not T)
        {
            throw new InvalidOperationException($"The YAML parser sent {_parser.Current?.GetType().Name} where {typeof(T).Name} belongs.");
        }
    }

    /// <summary>Reports it where it is, or at the text's end when the parser had gone beyond that.</summary>
    private void Malformed(Mark at, string why)
    {
        var beyond = Line(at) > _lines;
        _problems.Error(beyond ? _lines : Line(at), beyond ? _end : Column(at), "", $"Not well-formed YAML: {Shown.Line(why)}.");
    }

    private static int Line(Mark mark) => (int)Math.Max(1, mark.Line);

    private static int Column(Mark mark) => (int)Math.Max(1, mark.Column);
}
