using System.Text;
using CursorBroker.Core.Policy.Parsing;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy;

/// <summary>A policy's text to a <see cref="PolicySet"/>, with everything that is wrong reported at once.</summary>
public static class PolicyCompiler
{
    /// <summary>Largest text accepted, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Compiles. Never throws for what the text says: whatever is wrong with it is among the problems, and then there is no policy.
    /// </summary>
    /// <param name="yaml">The text: one YAML document of at most <see cref="MaxBytes"/>.</param>
    /// <param name="options">What the host adds; nothing when null.</param>
    public static PolicyCompilation Compile(string yaml, PolicyCompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var problems = new Problems();
        if (Encoding.UTF8.GetByteCount(yaml) > MaxBytes)
        {
            problems.Error(1, 1, "", $"The document is larger than {MaxBytes} bytes.");
            return new(null, problems.Sorted());
        }

        var policy = YamlReader.Read(yaml, problems) is { } root
            ? new PolicyReader(problems, options ?? new PolicyCompileOptions()).Read(root, PolicySet.VersionOf(yaml))
            : null;
        return new(problems.HasErrors ? null : policy, problems.Sorted());
    }
}
