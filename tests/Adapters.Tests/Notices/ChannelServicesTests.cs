using Azure.Core;
using CursorBroker.Adapters.Mail;
using CursorBroker.Adapters.Secrets;
using CursorBroker.Adapters.Teams;
using CursorBroker.Core.Approvals.Notices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Tests.Notices;

/// <summary>What a host writes to have the channels, and what it is told when it wrote it wrongly.</summary>
[TestClass]
public sealed class ChannelServicesTests
{
    [TestMethod]
    public void Services_TeamsAndSmtp_AreTwoChannels()
    {
        using var provider = new ServiceCollection().AddLogging().AddEnvironmentSecrets().AddTeamsNotices().AddSmtpNotices(Smtp).BuildServiceProvider();

        CollectionAssert.AreEqual(new[] { "teams", "email" }, provider.GetServices<INoticeChannel>().Select(static channel => channel.Name).ToArray());
    }

    [TestMethod]
    public void Services_CommunicationServices_IsTheEmailChannel()
    {
        using var provider = new ServiceCollection().AddLogging()
            .AddSingleton<TokenCredential>(DelegatedTokenCredential.Create(static (_, _) => throw new InvalidOperationException("Nobody sends.")))
            .AddCommunicationServicesNotices(Azure)
            .BuildServiceProvider();

        Assert.AreEqual("email", provider.GetRequiredService<INoticeChannel>().Name);
    }

    [TestMethod]
    [DataRow("host", "Host must be")]
    [DataRow("port", "Port must be")]
    [DataRow("clear", "Security may be None only for a server on this machine")]
    [DataRow("security", "Security must be")]
    [DataRow("password", "PasswordSecret is missing")]
    [DataRow("user", "User is missing")]
    [DataRow("from", "From must be")]
    [DataRow("timeout", "Timeout must be")]
    public void Smtp_WrongSetting_IsSaid(string wrong, string problem)
    {
        var failure = Assert.ThrowsExactly<OptionsValidationException>(() => Options<SmtpOptions>(services => services.AddSmtpNotices(options =>
        {
            Smtp(options);
            _ = wrong switch
            {
                "host" => options.Host = "no host",
                "port" => (object)(options.Port = 0),
                "clear" => options.Security = SmtpSecurity.None,
                "security" => options.Security = (SmtpSecurity)9,
                "password" => options.User = "u",
                "user" => options.PasswordSecret = "p",
                "from" => options.From = "Broker <b@example.com>\r\nBcc: x@example.com",
                _ => options.Timeout = TimeSpan.FromMinutes(1),
            };
        })));
        Assert.Contains(problem, failure.Message);
    }

    [TestMethod]
    [DataRow("localhost")]
    [DataRow("127.0.0.1")]
    [DataRow("::1")]
    public void Smtp_WithoutTlsOnThisMachine_IsAllowed(string host) => Options<SmtpOptions>(services => services.AddSmtpNotices(options =>
    {
        Smtp(options);
        (options.Host, options.Security) = (host, SmtpSecurity.None);
    }));

    [TestMethod]
    [DataRow("http://res.communication.azure.com", "Endpoint must be")]
    [DataRow("https://res.communication.azure.com/path", "Endpoint must be")]
    [DataRow("https://u@res.communication.azure.com", "Endpoint must be")]
    public void CommunicationServices_WrongEndpoint_IsSaid(string endpoint, string problem)
    {
        var failure = Assert.ThrowsExactly<OptionsValidationException>(() => Options<CommunicationServicesOptions>(services =>
            services.AddCommunicationServicesNotices(options => (options.Endpoint, options.From) = (new Uri(endpoint), "b@example.com"))));
        Assert.Contains(problem, failure.Message);
    }

    [TestMethod]
    public void CommunicationServices_NothingSet_SaysEverything()
    {
        var failure = Assert.ThrowsExactly<OptionsValidationException>(() => Options<CommunicationServicesOptions>(static services =>
            services.AddCommunicationServicesNotices(static options => (options.Scope, options.Timeout, options.Follow) = ("", TimeSpan.Zero, TimeSpan.FromHours(1)))));
        Assert.HasCount(5, failure.Failures);
    }

    [TestMethod]
    public void Teams_WrongTimeout_IsSaid() => Assert.ThrowsExactly<OptionsValidationException>(() =>
        Options<TeamsOptions>(static services => services.AddTeamsNotices(static options => options.Timeout = TimeSpan.FromMinutes(2))));

    private static void Smtp(SmtpOptions options) => (options.Host, options.From) = ("mail.example.com", "broker@example.com");

    private static void Azure(CommunicationServicesOptions options) =>
        (options.Endpoint, options.From) = (new Uri("https://res.communication.azure.com"), "broker@example.com");

    private static T Options<T>(Action<IServiceCollection> add)
        where T : class
    {
        var services = new ServiceCollection();
        add(services);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<T>>().Value;
    }
}
