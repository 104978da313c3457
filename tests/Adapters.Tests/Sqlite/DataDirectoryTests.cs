using System.Runtime.Versioning;
using CursorBroker.Adapters.Contracts;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Adapters.Tests.Sqlite;

[TestClass]
public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public void Open_ADirectoryInUse_IsRefusedAndSaysWhat()
    {
        using var first = DataDirectory.Open(_data.Path);

        var refusal = Assert.ThrowsExactly<DataDirectoryException>(() => DataDirectory.Open(_data.Path));

        Assert.Contains("Another broker is using the data directory", refusal.Message);
    }

    [TestMethod]
    public void Open_AfterTheOtherIsDone_Succeeds()
    {
        DataDirectory.Open(_data.Path).Dispose();
        DataDirectory.Open(_data.Path).Dispose();
    }

    [TestMethod]
    public async Task Host_OnADirectoryInUse_DoesNotStart()
    {
        using var first = DataDirectory.Open(_data.Path);
        using var host = Host();

        _ = await Assert.ThrowsExactlyAsync<DataDirectoryException>(() => host.StartAsync());
    }

    [TestMethod]
    public async Task Host_StartAndStop_OpensBothFilesAndLetsGo()
    {
        using (var host = Host())
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<ILedger>().AppendAsync([LedgerSamples.Event("x")], CancellationToken.None);
            await host.StopAsync();
        }

        Assert.IsTrue(File.Exists(_data.State));
        Assert.IsTrue((await _data.Verify()).IsIntact);
        DataDirectory.Open(_data.Path).Dispose();
    }

    [TestMethod]
    public async Task Host_OnALedgerCutShort_DoesNotStart()
    {
        using (var host = Host())
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<ILedger>().AppendAsync([LedgerSamples.Event("x")], CancellationToken.None);
            await host.StopAsync();
        }

        TestData.Tamper(_data.Ledger, "DROP TRIGGER record_never_goes; DELETE FROM record");
        using var again = Host();

        _ = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => again.StartAsync());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task Files_AreForTheirOwnerAlone()
    {
        var path = Path.Combine(_data.Path, "new", "data");
        await using var stores = new ServiceCollection().AddSqliteStores(path).BuildServiceProvider();
        await stores.GetRequiredService<ILedger>().AppendAsync([LedgerSamples.Event("x")], CancellationToken.None);
        _ = await stores.GetRequiredService<IStateStore>().CreateAsync(new StateKey("c", "i"), default, null, CancellationToken.None);

        Assert.AreEqual(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        var files = Directory.GetFiles(path);
        Assert.IsGreaterThanOrEqualTo(5, files.Length, "ledger and state, each with its log while open, and the lock");
        foreach (var file in files)
        {
            Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(file), file);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void Open_ADirectoryEverybodyMayWriteIn_IsRefused()
    {
        // Whoever may write there could swap the ledger for another.
        File.SetUnixFileMode(_data.Path, File.GetUnixFileMode(_data.Path) | UnixFileMode.OtherWrite);

        Assert.Contains("chmod 700", Assert.ThrowsExactly<DataDirectoryException>(() => DataDirectory.Open(_data.Path)).Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void Open_ADirectoryTheGroupMayWriteIn_IsTightened()
    {
        File.SetUnixFileMode(_data.Path, File.GetUnixFileMode(_data.Path) | UnixFileMode.GroupWrite);

        using var directory = DataDirectory.Open(_data.Path);

        Assert.AreEqual((UnixFileMode)0, File.GetUnixFileMode(_data.Path) & UnixFileMode.GroupWrite);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task Files_FoundOpenToOthers_AreClosedToThem()
    {
        await File.WriteAllBytesAsync(_data.Ledger, []);
        File.SetUnixFileMode(_data.Ledger, OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.GroupRead);
        using var directory = DataDirectory.Open(_data.Path);
        using var ledger = new SqliteLedger(directory);

        await ledger.AppendAsync([], CancellationToken.None);

        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(_data.Ledger));
    }

    [TestMethod]
    public void Open_WhereAFileStands_IsRefused()
    {
        var path = Path.Combine(_data.Path, "file");
        File.WriteAllText(path, "");

        _ = Assert.ThrowsExactly<DataDirectoryException>(() => DataDirectory.Open(path));
    }

    private IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        _ = builder.Services.AddSqliteStores(_data.Path);
        return builder.Build();
    }
}
