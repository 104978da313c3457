using System.Collections.Immutable;

namespace CursorBroker.Core.Policy.Yaml;

/// <summary>A piece of the document with the place it begins at; lines and columns count from 1.</summary>
internal abstract record YamlValue(int Line, int Column);

/// <summary>A scalar. <paramref name="Plain"/> is true when it was written without quotes, so that YAML gives it a type.</summary>
internal sealed record YamlScalar(string Text, bool Plain, int Line, int Column) : YamlValue(Line, Column);

/// <summary>A sequence.</summary>
internal sealed record YamlList(ImmutableArray<YamlValue> Items, int Line, int Column) : YamlValue(Line, Column);

/// <summary>A mapping whose keys are scalars, each once.</summary>
internal sealed record YamlMap(ImmutableArray<YamlEntry> Entries, int Line, int Column) : YamlValue(Line, Column);

/// <summary>Something the document may not hold (an alias, a tag). It has been reported; readers pass over it in silence.</summary>
internal sealed record YamlRefused(int Line, int Column) : YamlValue(Line, Column);

/// <summary>One key of a mapping with its value.</summary>
internal readonly record struct YamlEntry(YamlScalar Key, YamlValue Value);
