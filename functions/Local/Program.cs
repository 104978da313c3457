using CursorBroker.Local.Commands;

return await CommandLine.Create().Parse(args).InvokeAsync();
