using System.Text;
using CursorBroker.Gateway.Hooks;

namespace CursorBroker.Gateway.Tests.Hooks;

/// <summary>What a hook may say.</summary>
[TestClass]
public sealed class HookEventTests
{
    [TestMethod]
    [DataRow("""{"event":"sessionStart","conversation":"c-1.A_z"}""", "sessionStart c-1.A_z -")]
    [DataRow("""{"conversation":"c","refused":"raw-token","event":"beforeShellExecution"}""", "beforeShellExecution c raw-token")]
    public void Read_WhatScriptsSend_IsTaken(string body, string read) => Assert.AreEqual(read, Read(body) is { } said ? $"{said.Hook} {said.Conversation} {said.Refused ?? "-"}" : "");

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"event":"sessionStart"}""")]
    [DataRow("""{"event":"sessionStart","conversation":""}""")]
    [DataRow("""{"event":"sessionStart","conversation":null}""")]
    [DataRow("""{"event":"sessionStart","conversation":1}""")]
    [DataRow("""{"event":"somethingElse","conversation":"c"}""")]
    [DataRow("""{"event":"SessionStart","conversation":"c"}""")]
    [DataRow("""{"event":"sessionStart","conversation":"c","session":"s-0"}""", DisplayName = "naming a session")]
    [DataRow("""{"event":"sessionStart","conversation":"c","person":"somebody"}""", DisplayName = "naming a person")]
    [DataRow("""{"event":"sessionStart","conversation":"c","conversation":"d"}""", DisplayName = "two answers to one question")]
    [DataRow("""{"event":"sessionStart","conversation":"a\nb"}""", DisplayName = "log injection: a line feed")]
    [DataRow("""{"event":"sessionStart","conversation":"a\u001b[2J"}""", DisplayName = "log injection: a terminal's escape")]
    [DataRow("""{"event":"sessionStart","conversation":"a\u202eb"}""", DisplayName = "log injection: another direction")]
    [DataRow("""{"event":"sessionStart","conversation":"a b"}""")]
    [DataRow("""{"event":"sessionStart","conversation":"\ud800"}""", DisplayName = "half a character")]
    [DataRow("""{"event":"sessionStart","conversation":"c","refused":"Not A Rule"}""")]
    [DataRow("""{"event":"sessionStart","conversation":"c","refused":""}""")]
    [DataRow("""{"event":"sessionStart","conversation":"c","refused":null}""")]
    [DataRow("""{"event":"sessionStart","conversation":"c"}x""")]
    [DataRow("""{"event":"sessionStart","conversation":{"a":[1]}}""")]
    public void Read_AnythingElse_IsNot(string body) => Assert.IsNull(Read(body));

    [TestMethod]
    public void Read_AConversationThatIsTooLong_IsNot()
    {
        Assert.IsNotNull(Read($$"""{"event":"sessionEnd","conversation":"{{new string('c', 100)}}"}"""));
        Assert.IsNull(Read($$"""{"event":"sessionEnd","conversation":"{{new string('c', 101)}}"}"""));
    }

    private static HookEvent? Read(string body) => HookEvent.Read(Encoding.UTF8.GetBytes(body));
}
