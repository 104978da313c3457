using CursorBroker.Local.Commands;

return await CommandLine.RunAsync(args);
