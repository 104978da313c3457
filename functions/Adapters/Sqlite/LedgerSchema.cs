namespace CursorBroker.Adapters.Sqlite;

/// <summary>The ledger's tables. A script that was released never changes; the next one is added.</summary>
internal static class LedgerSchema
{
    /// <summary>Schema scripts, oldest first.</summary>
    /// <remarks>The triggers keep the broker's own mistakes from changing history; against others there is the chain.</remarks>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY,
            previous_hash BLOB NOT NULL,
            hash BLOB NOT NULL,
            payload BLOB NOT NULL
        ) STRICT;
        CREATE TABLE head (
            only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
            sequence INTEGER NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        INSERT INTO head (only_one, sequence, hash) VALUES (1, 0, zeroblob(32));
        CREATE TRIGGER record_never_changes BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER record_never_goes BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        """,
    ];
}
