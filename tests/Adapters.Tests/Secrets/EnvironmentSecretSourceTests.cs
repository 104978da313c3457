using CursorBroker.Adapters.Secrets;

namespace CursorBroker.Adapters.Tests.Secrets;

[TestClass]
public sealed class EnvironmentSecretSourceTests
{
    [TestMethod]
    [DataRow("teams-webhook", "CURSORBROKER_SECRET_TEAMS_WEBHOOK")]
    [DataRow("mail2", "CURSORBROKER_SECRET_MAIL2")]
    [DataRow("a--b", "CURSORBROKER_SECRET_A__B")]
    public async Task Read_AName_IsItsVariable(string name, string variable)
    {
        var source = new EnvironmentSecretSource(asked => asked == variable ? "value" : throw new InvalidOperationException(asked));

        Assert.AreEqual("value", await source.ReadAsync(name, CancellationToken.None));
    }

    [TestMethod]
    [DataRow("Teams-Webhook", DisplayName = "Would share a variable with teams-webhook")]
    [DataRow("teams_webhook", DisplayName = "Would share it too")]
    [DataRow("", DisplayName = "None")]
    [DataRow("a=b", DisplayName = "No name of a variable")]
    [DataRow("ä", DisplayName = "Capital forms differ")]
    [DataRow("ı", DisplayName = "A dotless i, whose capital is an I")]
    public async Task Read_AnAmbiguousOrImpossibleName_FindsNothing(string name)
    {
        var source = new EnvironmentSecretSource(static asked => throw new InvalidOperationException(asked));

        Assert.IsNull(await source.ReadAsync(name, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    public async Task Read_AnUnsetOrEmptyVariable_IsNone(string? value) =>
        Assert.IsNull(await new EnvironmentSecretSource(_ => value).ReadAsync("x", CancellationToken.None));

    [TestMethod]
    public async Task Read_TheRealEnvironment_IsTheDefault() =>
        Assert.IsNull(await new EnvironmentSecretSource().ReadAsync("nobody-sets-this-one", CancellationToken.None));
}
