namespace CursorBroker.Adapters.Sqlite;

/// <summary>State's tables. A script that was released never changes; the next one is added.</summary>
internal static class StateSchema
{
    /// <summary>Schema scripts, oldest first.</summary>
    /// <remarks>
    /// <c>expires</c> is in .NET UTC ticks. A version is random, not counted, so that a record deleted and made anew never has one it had before.
    /// A blob's chunks come first, under a random content id; the row that names them comes last and makes it exist.
    /// </remarks>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE record (
            collection TEXT NOT NULL,
            id TEXT NOT NULL,
            version TEXT NOT NULL,
            expires INTEGER,
            value BLOB NOT NULL,
            PRIMARY KEY (collection, id)
        ) STRICT;
        CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL;
        CREATE TABLE blob (
            collection TEXT NOT NULL,
            id TEXT NOT NULL,
            content TEXT NOT NULL UNIQUE,
            length INTEGER NOT NULL,
            expires INTEGER,
            PRIMARY KEY (collection, id)
        ) STRICT;
        CREATE INDEX blob_expires ON blob (expires) WHERE expires IS NOT NULL;
        CREATE TABLE blob_chunk (
            content TEXT NOT NULL,
            position INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (content, position)
        ) STRICT;
        """,
    ];
}
