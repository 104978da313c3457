using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQLParser.AST;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>What the arguments of one operation come to, variables and their defaults put in.</summary>
internal sealed class GraphValues
{
    private const int MaxDepth = 40;

    // A variable can be as large as a body and be used as often as a document is long: what is evaluated must stay near the size of what came.
    private const int MaxRepeated = 1024 * 1024;

    private readonly GraphQLOperationDefinition _operation;
    private readonly Dictionary<string, JsonNode?> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _moved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _sizes = new(StringComparer.Ordinal);
    private long _repeated;

    public GraphValues(GraphQLOperationDefinition operation, JsonObject given)
    {
        _operation = operation;
        foreach (var definition in operation.Variables?.Items ?? [])
        {
            var name = definition.Variable.Name.StringValue;
            if (definition.Directives is not null || _values.ContainsKey(name))
            {
                throw new GraphRefusedException($"the variable ${name} is declared twice, or with a directive");
            }

            if (given.TryGetPropertyValue(name, out var value))
            {
                _values.Add(name, value?.DeepClone());
            }
            else if (definition.DefaultValue is { } byDefault)
            {
                _values.Add(name, Evaluate(byDefault));
            }
        }
    }

    /// <summary>The value of an argument; null when it is not there, or null.</summary>
    public JsonNode? Argument(GraphQLField field, string name) =>
        field.Arguments?.Items.FirstOrDefault(each => each.Name.StringValue == name) is { } argument ? Evaluate(argument.Value) : null;

    /// <summary>The text of an argument; null when it is not there, or no text.</summary>
    public string? Text(GraphQLField field, string name) => Argument(field, name) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number of an argument; null when it is not there, or none.</summary>
    public long? Number(GraphQLField field, string name) =>
        Argument(field, name) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Puts an argument's value into a variable of its own, so that it can be changed by name.</summary>
    /// <returns>The variable's name.</returns>
    public string Move(GraphQLField field, string argument, string type, JsonNode? value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"broker{_moved.Count}");
        while (_values.ContainsKey(name) || Declared(name))
        {
            name += "x";
        }

        _moved.Add(name);
        _values.Add(name, value?.DeepClone());
        var variable = new GraphQLVariable(new GraphQLName(name));
        field.Arguments!.Items.First(each => each.Name.StringValue == argument).Value = variable;
        _operation.Variables ??= new GraphQLVariablesDefinition([]);
        _operation.Variables.Items.Add(new GraphQLVariableDefinition(variable, new GraphQLNonNullType(new GraphQLNamedType(new GraphQLName(type)))));
        return name;
    }

    /// <summary>Forgets the variables that are not used any more: the upstream does not take them.</summary>
    public void KeepUsed(IEnumerable<ASTNode> definitions)
    {
        var used = new GraphVariablesUsed();
        foreach (var definition in definitions)
        {
            used.Add(definition);
        }

        if (_operation.Variables is { } declared)
        {
            declared.Items.RemoveAll(each => !used.Names.Contains(each.Variable.Name.StringValue));
            if (declared.Items.Count == 0)
            {
                _operation.Variables = null;
            }
        }

        foreach (var name in _values.Keys.Where(name => !used.Names.Contains(name)).ToList())
        {
            _values.Remove(name);
        }
    }

    public JsonObject ToJson() => new(_values.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

    private bool Declared(string name) => _operation.Variables?.Items.Any(each => each.Variable.Name.StringValue == name) == true;

    private JsonNode? Evaluate(GraphQLValue value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new GraphRefusedException("an argument is nested too deeply");
        }

        return value switch
        {
            GraphQLVariable variable => Variable(variable.Name.StringValue),
            GraphQLStringValue text => JsonValue.Create(text.Value.ToString()),
            GraphQLEnumValue name => JsonValue.Create(name.Name.StringValue),
            GraphQLIntValue number => JsonNode.Parse(number.Value.ToString()),
            GraphQLFloatValue number => JsonNode.Parse(number.Value.ToString()),
            GraphQLBooleanValue flag => JsonValue.Create(flag is GraphQLTrueBooleanValue),
            GraphQLNullValue => null,
            GraphQLListValue list => new JsonArray([.. (list.Values ?? []).Select(each => Evaluate(each, depth + 1))]),
            GraphQLObjectValue fields => Object(fields, depth),
            _ => throw new GraphRefusedException($"an argument holds a {value.Kind}"),
        };
    }

    private JsonObject Object(GraphQLObjectValue fields, int depth)
    {
        var result = new JsonObject();
        foreach (var field in fields.Fields ?? [])
        {
            // One name twice: whoever reads it first and whoever reads it last would see two different things.
            if (!result.TryAdd(field.Name.StringValue, Evaluate(field.Value, depth + 1)))
            {
                throw new GraphRefusedException($"an argument names {field.Name.StringValue} twice");
            }
        }

        return result;
    }

    private JsonNode? Variable(string name)
    {
        if (_values.TryGetValue(name, out var value))
        {
            CountUse(name, value);
            return value?.DeepClone();
        }

        return Declared(name) ? null : throw new GraphRefusedException($"the variable ${name} is not declared");
    }

    /// <summary>The first use costs nothing: it is what was sent.</summary>
    private void CountUse(string name, JsonNode? value)
    {
        if (!_sizes.TryGetValue(name, out var size))
        {
            _sizes.Add(name, value?.ToJsonString().Length ?? 0);
            return;
        }

        _repeated += size;
        if (_repeated > MaxRepeated)
        {
            throw new GraphRefusedException("its variables are used so often that it grows beyond what this broker lets through");
        }
    }
}
