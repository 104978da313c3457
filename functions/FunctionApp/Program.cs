using CursorBroker.FunctionApp.Hosting;
using Microsoft.Extensions.Hosting;

await Composition.Build(args).RunAsync();
