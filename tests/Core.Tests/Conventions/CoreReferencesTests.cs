using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Conventions;

/// <summary>Core thinks; it does not touch the outside world. A new reference is a decision, made here.</summary>
[TestClass]
public sealed class CoreReferencesTests
{
    private static readonly string[] AllowedPackages = ["DiffPlex", "GraphQLParser", "ICSharpCode.SharpZipLib", "YamlDotNet"];

    private static readonly string[] ForbiddenNamespaces =
    [
        "System.Net", "System.Data", "System.Diagnostics.Process", "Microsoft.Data", "Microsoft.AspNetCore", "Azure", "Octokit", "Yarp",
    ];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Console", "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.FileSystemWatcher", "System.Diagnostics.Process",
    ];

    [TestMethod]
    public void Core_ItsAssemblies_AreTheFrameworkAndNamedPackages()
    {
        var others = typeof(Operation).Assembly.GetReferencedAssemblies()
            .Select(static name => name.Name!)
            .Where(static name => !name.StartsWith("System.", StringComparison.Ordinal) && !AllowedPackages.Contains(name));

        Assert.AreEqual("", string.Join(", ", others));
    }

    [TestMethod]
    public void Core_TheTypesItUses_DoNoInputOrOutput()
    {
        var used = TypesUsedBy(typeof(Operation).Assembly);

        Assert.IsTrue(used.Contains("System.String"), "The reader finds the types at all.");
        var forbidden = used.Where(static type => ForbiddenTypes.Contains(type)
            || ForbiddenNamespaces.Any(prefix => type.StartsWith(prefix + ".", StringComparison.Ordinal)));
        Assert.AreEqual("", string.Join(", ", forbidden));
    }

    private static HashSet<string> TypesUsedBy(Assembly assembly)
    {
        using var file = File.OpenRead(assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.TypeReferences
            .Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }
}
