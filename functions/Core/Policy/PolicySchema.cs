namespace CursorBroker.Core.Policy;

/// <summary>The language's JSON Schema (draft-07), for editors. It checks shape; meaning is <see cref="PolicyCompiler"/>'s.</summary>
public static class PolicySchema
{
    private const string Resource = "policy.schema.json";

    /// <summary>The schema's text, the same as the file <c>policy.schema.json</c> in this folder.</summary>
    public static string Json { get; } = Load();

    private static string Load()
    {
        using var stream = typeof(PolicySchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly was built without {Resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
