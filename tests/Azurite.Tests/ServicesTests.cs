using Azure.Core;
using CursorBroker.Adapters.AzureStorage;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CursorBroker.Azurite.Tests;

/// <summary>How a host gets the stores, and what it is told when it cannot have them.</summary>
[TestClass]
public sealed class ServicesTests
{
    private static readonly StateKey Key = new("c", "i");

    [TestMethod]
    public async Task Host_WithNothingThere_MakesContainersOnlyWhereThatIsAllowed()
    {
        await using var world = new World();
        var strict = world.Open();
        var refusal = await Assert.ThrowsExactlyAsync<LedgerUnavailableException>(() => StartAsync(strict));
        Assert.Contains("CreateContainers", refusal.Message);

        var allowed = world.Open(configure: static options => options.CreateContainers = true);
        await StartAsync(allowed);
        await StartAsync(world.Open(configure: static options => options.CreateContainers = true));

        Assert.IsNotNull(await allowed.State.CreateAsync(Key, default, null, CancellationToken.None));
        Assert.IsTrue((await world.Ledger.ExistsAsync()).Value);
    }

    [TestMethod]
    public async Task Host_Running_PurgesWhatHasExpired()
    {
        await using var world = await World.StartAsync();
        var instance = world.Open();
        _ = await instance.State.CreateAsync(Key, new byte[1], DateTimeOffset.UnixEpoch, CancellationToken.None);
        _ = await instance.State.CreateAsync(Key with { Id = "live" }, new byte[1], null, CancellationToken.None);
        var removed = new TaskCompletionSource();
        instance.Faults.Meanwhile = request =>
        {
            _ = request.Method == RequestMethod.Delete && removed.TrySetResult();
            return Task.CompletedTask;
        };

        await StartAsync(instance);

        await removed.Task;
        Assert.IsNotNull(await instance.State.ReadAsync(Key with { Id = "live" }, CancellationToken.None));
        Assert.AreEqual(0, await world.State.GetBlobsAsync(default, default, "records/c/i.", default).CountAsync());
    }

    [TestMethod]
    [DataRow(Fault.RequestLost, "reset")]
    [DataRow(Fault.Busy, "503 ServerBusy")]
    [DataRow(Fault.Denied, "Storage Blob Data Contributor")]
    public async Task EveryPort_WithTheAccountUnusable_EndsInItsOwnExceptionThatSaysWhy(Fault fault, string why)
    {
        await using var world = await World.StartAsync();
        var instance = world.Open();
        instance.Faults.Decide = _ => fault;

        await Refuses<StateUnavailableException>(async () => await instance.State.ReadAsync(Key, CancellationToken.None));
        await Refuses<StateUnavailableException>(async () => await instance.State.CreateAsync(Key, default, null, CancellationToken.None));
        await Refuses<StateUnavailableException>(async () => await instance.State.ReplaceAsync(Key, default, new StateVersion("x"), null, CancellationToken.None));
        await Refuses<StateUnavailableException>(async () => await instance.State.DeleteAsync(Key, new StateVersion("x"), CancellationToken.None));
        await Refuses<StateUnavailableException>(async () => await instance.State.ListAsync("c", CancellationToken.None).CountAsync());
        await Refuses<StateUnavailableException>(async () => await instance.Blobs.OpenReadAsync(Key, CancellationToken.None));
        await Refuses<StateUnavailableException>(async () => await instance.Blobs.CreateAsync(Key, new MemoryStream([1]), null, CancellationToken.None));
        await Refuses<StateUnavailableException>(async () => await instance.Blobs.DeleteAsync(Key, CancellationToken.None));
        await Refuses<LedgerUnavailableException>(async () => await instance.Ledger.AppendAsync([], CancellationToken.None));
        await Refuses<LedgerUnavailableException>(async () => await instance.Reader.ReadHeadAsync(CancellationToken.None));
        await Refuses<LedgerUnavailableException>(async () => await instance.Reader.ReadAsync(0, CancellationToken.None).CountAsync());

        async Task Refuses<T>(Func<Task> call)
            where T : Exception => Assert.Contains(why, (await Assert.ThrowsExactlyAsync<T>(call)).Message);
    }

    [TestMethod]
    [DataRow(null, null, "No storage account is named", DisplayName = "Neither")]
    [DataRow("https://a.blob.core.windows.net", "UseDevelopmentStorage=true", "Both ServiceUri and ConnectionString", DisplayName = "Both")]
    [DataRow("http://a.blob.core.windows.net", null, "must be an https address", DisplayName = "Not https")]
    [DataRow("https://a.blob.core.windows.net/?sv=2026&sig=x", null, "not a signed URL", DisplayName = "A signed URL")]
    [DataRow("https://a.blob.core.windows.net", null, "Register a TokenCredential", DisplayName = "No credential")]
    public void Options_ThatNameNoAccount_SayHowToMendIt(string? uri, string? connection, string message) => AssertInvalid(
        options => (options.ServiceUri, options.ConnectionString) = (uri is null ? null : new Uri(uri), connection), message);

    [TestMethod]
    public void Options_OutOfRange_AreAllNamedAtOnce() => AssertInvalid(
        static options =>
        {
            options.ConnectionString = "UseDevelopmentStorage=true";
            options.StateContainer = "Upper";
            options.LedgerContainer = "a--b";
            options.LedgerAppendsPerBlob = 50_000;
            options.Attempts = 0;
            options.RetryDelay = TimeSpan.FromMinutes(1);
            options.Timeout = TimeSpan.Zero;
        },
        "StateContainer must",
        "LedgerContainer must",
        "LedgerAppendsPerBlob must",
        "Attempts must",
        "RetryDelay must",
        "Timeout must");

    [TestMethod]
    public void Options_WithOneContainerForBoth_AreRefused() => AssertInvalid(
        static options => (options.ConnectionString, options.StateContainer, options.LedgerContainer) = ("UseDevelopmentStorage=true", "one", "one"),
        "must differ");

    private static async Task StartAsync(Instance instance)
    {
        foreach (var service in instance.Services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private static void AssertInvalid(Action<AzureStorageOptions> configure, params string[] messages)
    {
        using var services = new ServiceCollection().AddAzureStorageLedgerReader(configure).BuildServiceProvider();
        var invalid = Assert.ThrowsExactly<OptionsValidationException>(() => services.GetRequiredService<ILedgerReader>());
        foreach (var message in messages)
        {
            Assert.Contains(message, invalid.Message);
        }
    }
}
