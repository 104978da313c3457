using System.Globalization;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Core.State;
using CursorBroker.CrashChild;
using Microsoft.Extensions.DependencyInjection;

// Arguments: the data directory, then `for-ever` or `until-refused`; or a connection string, then `append SUFFIX NAME` or `create SUFFIX NAME COUNT`.
const int Writers = 8;
switch (args)
{
    case [var connection, "append", var suffix, var name]:
        await AccountWriter.AppendAsync(connection, suffix, name);
        return;
    case [var connection, "create", var suffix, var name, var count]:
        await AccountWriter.CreateAsync(connection, suffix, name, int.Parse(count, CultureInfo.InvariantCulture));
        return;
    default:
        break;
}

var untilRefused = args[1] == "until-refused";
await using var stores = new ServiceCollection().AddSqliteStores(args[0]).BuildServiceProvider();
var ledger = stores.GetRequiredService<ILedger>();
var state = stores.GetRequiredService<IStateStore>();

try
{
    await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(writer))));
}
catch (LedgerUnavailableException) when (untilRefused)
{
    Say("refused");
}

async Task Write(int writer)
{
    for (var round = 0; ; round++)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{writer}-{round}");
        await ledger.AppendAsync([Event(name + "-intent"), Event(name + "-completed")], CancellationToken.None);
        Say($"ledger {name}");
        if (!untilRefused)
        {
            _ = await state.CreateAsync(new StateKey("outstanding", name), new byte[200], expires: null, CancellationToken.None);
            Say($"state {name}");
        }
    }
}

static AuditEvent Event(string name) => new BrokerStopped(name) { At = DateTimeOffset.UnixEpoch };

// The full stop tells a whole line from one that the kill cut.
static void Say(string what) => Console.Out.Write($"{what}.\n");
