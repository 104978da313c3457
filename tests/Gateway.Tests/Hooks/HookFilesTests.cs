using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CursorBroker.Gateway.Hooks;

namespace CursorBroker.Gateway.Tests.Hooks;

/// <summary>The files that people install.</summary>
[TestClass]
public sealed partial class HookFilesTests
{
    private static readonly string[] Guarding = ["beforeShellExecution", "beforeMCPExecution"];

    [TestMethod]
    [DataRow("hooks.json", "./hooks/cursor-broker-hook.sh")]
    [DataRow("hooks-windows.json", "powershell -NoProfile -ExecutionPolicy Bypass -File ./hooks/cursor-broker-hook.ps1")]
    public async Task Registration_CallsTheScriptForEveryHook_AndFailsClosedWhereItGuards(string file, string command)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var document = JsonDocument.Parse(await hooks.FileAsync(file));

        Assert.AreEqual(1, document.RootElement.GetProperty("version").GetInt32());
        var registered = document.RootElement.GetProperty("hooks").EnumerateObject().ToDictionary(static one => one.Name, static one => one.Value.EnumerateArray().Single());
        CollectionAssert.AreEquivalent(HookEvent.Hooks.ToArray(), registered.Keys.ToArray());
        foreach (var (name, entry) in registered)
        {
            Assert.AreEqual(command, entry.GetProperty("command").GetString());
            Assert.AreEqual(Guarding.Contains(name), entry.TryGetProperty("failClosed", out var closed) && closed.GetBoolean(), name);
        }
    }

    [TestMethod]
    [DataRow("cursor-broker-hook.sh")]
    [DataRow("cursor-broker-hook.ps1")]
    public async Task Script_HoldsTheConfiguredAddress_WhateverHostWasAskedFor(string file)
    {
        await using var hooks = await HooksUnderTest.StartAsync(new Uri("https://broker.example:8443"));

        var script = await hooks.FileAsync(file);

        Assert.Contains("'https://broker.example:8443'", script);
        Assert.Contains("'broker.example:8443'", script);
        Assert.DoesNotContain("@@", script);
        Assert.DoesNotContain(hooks.Address.Authority, script);
        Assert.IsTrue(script.All(char.IsAscii), "Windows PowerShell reads what has no byte order mark as something else than UTF-8.");
    }

    [TestMethod]
    [DataRow("nothing.sh")]
    [DataRow("style.css", DisplayName = "another embedded file")]
    [DataRow("..%2fstyle.css")]
    public async Task File_ThatIsNoneOfThem_IsNotThere(string file)
    {
        await using var hooks = await HooksUnderTest.StartAsync();

        using var answer = await hooks.SendAsync(HttpMethod.Get, $"/hooks/{file}");

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [TestMethod]
    public async Task Scripts_HaveTheSameRules()
    {
        await using var hooks = await HooksUnderTest.StartAsync();

        var (posix, windows) = (Rules(await hooks.FileAsync("cursor-broker-hook.sh")), Rules(await hooks.FileAsync("cursor-broker-hook.ps1")));

        Assert.AreEqual(string.Join(' ', posix), string.Join(' ', windows));
        Assert.Contains("raw-token", posix);
        Assert.IsTrue(posix.All(static rule => HookEvent.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"event":"sessionStart","conversation":"c","refused":"{{rule}}"}""")) is not null));
    }

    private static string[] Rules(string script) => [.. Rule().Matches(script).Select(static match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("""\b[Dd]eny '?([a-z-]+)'? ["']""")]
    private static partial Regex Rule();
}
