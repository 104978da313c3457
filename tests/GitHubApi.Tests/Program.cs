using CursorBroker.GitHubApi.Tests;
using CursorBroker.GitHubApi.Tests.Refreshing;
using Microsoft.Testing.Platform.Builder;

if (args is ["refresh", ..] and { Length: <= 2 })
{
    return await RefreshCommand.RunAsync(args.ElementAtOrDefault(1));
}

var builder = await TestApplication.CreateBuilderAsync(args);
SelfRegisteredExtensions.AddSelfRegisteredExtensions(builder, args);
using var tests = await builder.BuildAsync();
return await tests.RunAsync();
