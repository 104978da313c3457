using System.Security.Cryptography;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Local.Hosting;

/// <summary>
/// Where the command line leaves word of people whose sign-ins are to end: a file each in the data directory, which only its owner can write in. A broker looks once a second,
/// and before it serves anybody; so word that is left while none runs counts from its start.
/// </summary>
internal sealed partial class RevocationBox(string directory, IPersonSessions sessions, TimeProvider time, ILogger<RevocationBox> logger) : BackgroundService
{
    private const string Folder = "revocations";
    private const string Extension = ".person";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Done, and still there: they are not done again, and stand in nobody's way.
    private readonly HashSet<string> _stuck = new(StringComparer.Ordinal);

    /// <summary>Leaves word. The file is gone once it counts.</summary>
    public static string Leave(string dataDirectory, PersonId person)
    {
        var folder = Path.Combine(dataDirectory, Folder);
        Directory.CreateDirectory(folder);
        var whole = Path.Combine(folder, RandomNumberGenerator.GetHexString(32, lowercase: true));
        File.WriteAllText(whole + ".part", person.ToString());
        File.Move(whole + ".part", whole + Extension);
        return whole + Extension;
    }

    /// <summary>Before anybody is served: what cannot be done now stops the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await EmptyAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await EmptyAsync(stoppingToken);
                }
                catch (Exception failure) when (failure is StateUnavailableException or LedgerUnavailableException or IOException or UnauthorizedAccessException)
                {
                    NotDone(logger, failure);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left in the box counts from the next start.
        }
    }

    private async Task EmptyAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(directory, Folder);
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal))
        {
            if (_stuck.Contains(file))
            {
                continue;
            }

            // Up to when the word was left: who has signed in again since, with the broker's knowledge or before its start, stays in.
            if (PersonId.Parse(await File.ReadAllTextAsync(file, cancellationToken)) is { } person)
            {
                _ = await sessions.CutOffAsync(person, new DateTimeOffset(File.GetLastWriteTimeUtc(file)), by: null, cancellationToken);
            }

            try
            {
                File.Delete(file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _stuck.Add(file);
                NotDeleted(logger, failure, file);
            }
        }
    }

    [LoggerMessage(3100, LogLevel.Error, "Sign-ins that were to end could not be ended; trying again")]
    private static partial void NotDone(ILogger logger, Exception failure);

    [LoggerMessage(3101, LogLevel.Warning, "{File} counts and cannot be deleted; delete it")]
    private static partial void NotDeleted(ILogger logger, Exception failure, string file);
}

/// <summary>Registers the box.</summary>
internal static class RevocationBoxServices
{
    public static IServiceCollection AddRevocationBox(this IServiceCollection services, string directory) =>
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<RevocationBox>(provider, directory));
}
