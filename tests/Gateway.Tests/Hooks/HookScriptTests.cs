using System.Text.Json;
using CursorBroker.Core.Audit;

namespace CursorBroker.Gateway.Tests.Hooks;

/// <summary>The script as Cursor runs it, with bash, against a broker that listens; with PowerShell too where there is one.</summary>
[TestClass]
public sealed class HookScriptTests
{
    private const string Token = "0123456789abcdefghij";

    private static readonly string LongName = new('x', 900_000);

    [TestMethod]
    // Nothing of the broker's.
    [DataRow("ls -la", null)]
    [DataRow("", null)]
    [DataRow("git status && git commit -m 'see https://github.com/acme/payments-api/issues/1'", null, DisplayName = "a commit may mention an address")]
    [DataRow("grep -rn ghp_ .", null, DisplayName = "to look for tokens is no token")]
    [DataRow("echo digit gh_pages legit", null)]
    [DataRow("curl https://github.com.evil.example/acme/x", null, DisplayName = "another host that begins alike")]
    [DataRow("curl https://notgithub.com/acme/x", null, DisplayName = "another host that ends alike")]
    [DataRow("wget https://api.github.com/repos/cli/cli/releases/latest", null, DisplayName = "an owner whom the broker does not stand before")]
    [DataRow("git clone https://github.com/torvalds/linux", null)]
    [DataRow("curl https://raw.githubusercontent.com/torvalds/linux/master/README", null)]
    [DataRow("curl -H \"Authorization: Bearer $T\" BROKER/api/v3/user", null)]
    [DataRow("git clone BROKER/acme/payments-api", null)]
    [DataRow("git push origin HEAD", null)]
    [DataRow("gh pr list", null)]
    [DataRow("gh auth login --hostname HOST --web", null)]
    [DataRow("git config --global user.name Dana", null)]
    [DataRow("unset GITHUB_TOKEN", null)]
    // Tokens.
    [DataRow("echo ghp_" + Token, "raw-token")]
    [DataRow("curl -H 'Authorization: token gho_" + Token + "' x", "raw-token")]
    [DataRow("X=ghs_" + Token, "raw-token")]
    [DataRow("git clone https://x:github_pat_" + Token + "@github.com/other/x", "raw-token")]
    [DataRow("echo gh'p'_\"" + Token + "\"", "raw-token", DisplayName = "a token in quotes")]
    [DataRow("GITHUB_TOKEN=$(cat t) gh pr list", "token-variable")]
    [DataRow("export GH_TOKEN=x", "token-variable")]
    [DataRow("set -x GH_TOKEN x", "token-variable", DisplayName = "as fish says it")]
    // Addresses.
    [DataRow("git clone https://github.com/acme/payments-api", "direct-url")]
    [DataRow("git clone git@github.com:acme/payments-api.git", "direct-url")]
    [DataRow("git clone ssh://git@ssh.github.com:443/acme/payments-api", "direct-url")]
    [DataRow("git remote set-url origin https://www.github.com/ACME/payments-api", "direct-url", DisplayName = "case does not count")]
    [DataRow("git clone https://github.com./acme/x", "direct-url", DisplayName = "the same host with a dot behind it")]
    [DataRow("git clone https://github.com//acme/x", "direct-url")]
    [DataRow("git clone https://x@github.com:443/acme/x", "direct-url")]
    [DataRow("git clone https://git\"hub\".com/acme/x", "direct-url", DisplayName = "quotes within a name")]
    [DataRow("git clone https://git\\hub.com/acme/x", "direct-url", DisplayName = "a backslash within a name")]
    [DataRow("git clone https://git\\\nhub.com/acme/x", "direct-url", DisplayName = "a line that goes on")]
    [DataRow("ls\ngit clone https://github.com/acme/x\nls", "direct-url", DisplayName = "on a line of its own")]
    [DataRow("git clone https://github.com/$OWNER/x", "direct-url", DisplayName = "an owner that nobody can read")]
    [DataRow("git clone https://github.com/{acme,b}/x", "direct-url", DisplayName = "an owner that the shell makes up")]
    [DataRow("curl https://api.github.com/repos/acme/payments-api", "direct-url")]
    [DataRow("curl https://api.github.com/graphql -d @q", "direct-url")]
    [DataRow("curl https://uploads.github.com/repos/acme/x/releases/1/assets", "direct-url")]
    [DataRow("curl -L https://codeload.github.com/acme/x/zip/main", "direct-url")]
    [DataRow("wget https://raw.githubusercontent.com/acme/x/main/a", "direct-url")]
    [DataRow("gh repo clone github.com/acme/x", "direct-url")]
    [DataRow("git clone https://docs.github.com:x@github.com/acme/pay", "direct-url", DisplayName = "a host that is a user name")]
    [DataRow("git clone https://a@docs.github.com:x@github.com/acme/pay", "direct-url")]
    [DataRow("git clone https://x:y@github.com/torvalds/linux", "direct-url", DisplayName = "a password")]
    [DataRow("git clone https://github.com/x/../acme/pay", "direct-url", DisplayName = "an owner that is taken back")]
    [DataRow("curl https://docs.github.com/%2e%2E/acme/pay", "direct-url")]
    [DataRow("curl https://raw.githubusercontent.com/x/.././acme/pay", "direct-url")]
    [DataRow("curl https://github.com/torvalds/linux/compare/v1...v2", null)]
    [DataRow("ssh git@github.com git-upload-pack acme/pay", "direct-url")]
    [DataRow("scp git@github.com:acme/pay x", "direct-url")]
    [DataRow("ssh build.example make; ls ~/.ssh", null)]
    [DataRow("git clone https://ｇｉｔｈｕｂ.com/acme/x", "disguised-host", DisplayName = "letters that are taken for others")]
    [DataRow("curl https://github%2ecom/acme/x", "disguised-host", DisplayName = "a host name with an escape")]
    // What leads to the broker.
    [DataRow("git config --global --unset-all url.BROKER/acme/.insteadOf", "git-rewrite")]
    [DataRow("git config --global --remove-section url.BROKER/acme/", "git-rewrite")]
    [DataRow("git config unset --global url.BROKER/acme/.insteadof", "git-rewrite", DisplayName = "as newer git says it")]
    [DataRow("git -c url.x.insteadOf=BROKER/acme/ fetch", "git-rewrite")]
    [DataRow("GIT_CONFIG_GLOBAL=/dev/null git fetch", "git-rewrite")]
    [DataRow("HOME=/tmp git fetch", "git-rewrite")]
    [DataRow("export XDG_CONFIG_HOME=/tmp; git push", "git-rewrite")]
    [DataRow("git commit -m 'HOME=/tmp is fine'", null)]
    [DataRow("HOME=/tmp make", null)]
    [DataRow("GITHUB_PERSONAL_ACCESS_TOKEN=x npx server", "token-variable")]
    [DataRow("gh auth login", "gh-login")]
    [DataRow("gh auth login -h HOST.evil.example", "gh-login", DisplayName = "a host that begins like the broker's")]
    [DataRow("GH_HOST=github.com gh pr list", "direct-url")]
    public async Task Command_IsLetThroughOrRefused(string command, string? rule)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme,other-acme");
        command = command.Replace("BROKER", hooks.Origin, StringComparison.Ordinal).Replace("HOST", hooks.Address.Authority, StringComparison.Ordinal);

        foreach (var shell in Shells.All)
        {
            hooks.Stores.Events.Clear();
            var answer = await home.AskAsync(shell, HookHome.Command(command));

            Assert.AreEqual((0, rule is null ? "allow" : "deny"), (answer.Code, answer.Permission), $"{shell}: {answer}");
            Assert.AreEqual(rule ?? "", string.Join(' ', hooks.Stores.Events.OfType<HookRefused>().Select(static one => one.Rule)), shell);
        }
    }

    [TestMethod]
    [DataRow("not json")]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("\"text\"")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"ls\"}""", DisplayName = "a text without end")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"ls" "cwd":"/"}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"ls"}}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"ls"} {}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"\x"}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"\u12"}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"ls","a":[1,}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c"}""", DisplayName = "no command")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":["ls"]}""")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"c","x":{"command":"ls"}}""", DisplayName = "a command elsewhere")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","command":"ls"}""", DisplayName = "no conversation")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"a\",\"refused\":\"x","command":"ls"}""", DisplayName = "a conversation that would end a text")]
    [DataRow("""{"hook_event_name":"beforeShellExecution","conversation_id":"a b","command":"ls"}""")]
    [DataRow("""{"hook_event_name":"somethingNew","conversation_id":"c","command":"ls"}""")]
    [DataRow("""{"conversation_id":"c","command":"ls"}""")]
    public async Task Input_ThatIsNotUnderstood_StopsTheCommand(string input)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            var answer = await home.AskAsync(shell, input);

            Assert.AreEqual((2, ""), (answer.Code, answer.Permission), $"{shell}: {answer}");
        }
    }

    [TestMethod]
    public async Task Input_WithTwoCommands_StopsThem()
    {
        // PowerShell's own reader tells nobody of the first.
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        var answer = await home.AskAsync("bash", """{"hook_event_name":"beforeShellExecution","conversation_id":"c","command":"ls","command":"git push"}""");

        Assert.AreEqual(2, answer.Code, $"{answer}");
    }

    [TestMethod]
    public async Task Input_WithWhateverElseCursorSends_IsUnderstood()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");
        const string Input = """
            { "conversation_id" : "668320d2-2fd8-4888-b33c-2a466fec86e7", "generation_id":"", "model":"x", "duration": -1.5e+3, "sandbox":false,
              "workspace_roots":["/a\\", "b\"c", {"command":"git clone https://github.com/acme/x"}, []], "user_email":null, "transcript_path":"/t",
              "hook_event_name":"beforeShellExecution", "comm\u0061nd":"\u0067it cl\u006fne https:\/\/github.com\/torvalds\/linux \ud83d\ude00 \u00e9", "tool_input":"{\"command\":\"x\"}" }
            """;

        foreach (var shell in Shells.All)
        {
            var answer = await home.AskAsync(shell, Input);
            var refused = await home.AskAsync(shell, Input.Replace("torvalds", "acm\\u0065", StringComparison.Ordinal));

            Assert.AreEqual((0, "allow"), (answer.Code, answer.Permission), $"{shell}: {answer}");
            Assert.AreEqual((0, "deny"), (refused.Code, refused.Permission), $"{shell}: {refused}");
        }
    }

    [TestMethod]
    public async Task Command_ThatIsVeryLong_IsLookedAtToItsEnd_AndOneThatIsTooLongIsStopped()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            var passes = await home.AskAsync(shell, HookHome.Command($"echo {LongName}"));
            var refused = await home.AskAsync(shell, HookHome.Command($"echo {LongName}; git clone https://github.com/acme/x"));
            var escapes = await home.AskAsync(shell, HookHome.Command(string.Concat(Enumerable.Repeat("\"\\\n'", 100_000)) + " git clone https://github.com/acme/x"));
            var stopped = await home.AskAsync(shell, HookHome.Command(LongName + LongName));

            Assert.AreEqual("allow deny deny ", $"{passes.Permission} {refused.Permission} {escapes.Permission} {stopped.Permission}", shell);
            Assert.AreEqual(2, stopped.Code, shell);
        }
    }

    [TestMethod]
    [DataRow("git fetch", "deny")]
    [DataRow("gh pr list", "deny")]
    [DataRow("git clone https://github.com/acme/x", "deny")]
    [DataRow("git commit -m x", "allow", DisplayName = "nothing that goes anywhere")]
    [DataRow("make test", "allow")]
    public async Task Command_WhenTheBrokerIsDown_IsRefusedWhereItWouldBeGuarded(string command, string permission)
    {
        await using var hooks = await HooksUnderTest.StartAsync(new Uri("http://127.0.0.1:9"));
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            Assert.AreEqual(permission, (await home.AskAsync(shell, HookHome.Command(command))).Permission, shell);
        }
    }

    [TestMethod]
    [DataRow(null, "deny")]
    [DataRow("", "deny")]
    [DataRow("cbh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "deny", DisplayName = "a key that nobody has")]
    [DataRow("cbh_short", "")]
    [DataRow("ghp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", DisplayName = "another kind of key")]
    [DataRow("cbh_\"\nurl = \"http://evil.example\"\nheader = \"x", "", DisplayName = "settings of curl in the key")]
    public async Task Key_ThatIsNone_LetsNothingThroughThatIsGuarded(string? key, string permission)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, key, "acme");

        foreach (var shell in Shells.All)
        {
            Assert.AreEqual(permission, (await home.AskAsync(shell, HookHome.Command("git fetch"))).Permission, shell);
        }
    }

    [TestMethod]
    public async Task Owners_ThatNobodyNamed_AreAll()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), owners: null);

        foreach (var shell in Shells.All)
        {
            Assert.AreEqual("deny", (await home.AskAsync(shell, HookHome.Command("git clone https://github.com/torvalds/linux"))).Permission, shell);
        }
    }

    [TestMethod]
    public async Task TokenOfGitHub_WhereCursorRuns_IsRefusedToWhatWouldUseIt()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            Assert.AreEqual("deny", (await home.AskAsync(shell, HookHome.Command("gh pr list"), ("GH_TOKEN", "x"))).Permission, shell);
            Assert.AreEqual("allow", (await home.AskAsync(shell, HookHome.Command("ls"), ("GITHUB_TOKEN", "x"))).Permission, shell);
        }
    }

    [TestMethod]
    [DataRow("sessionStart", 0, "{}")]
    [DataRow("sessionEnd", 0, "{}")]
    [DataRow("afterMCPExecution", 0, "{}")]
    [DataRow("beforeMCPExecution", 0, """{"permission":"allow"}""")]
    public async Task Conversation_IsSentWithEveryHook_AndLabelsTheSession(string hook, int code, string output)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");
        await hooks.SessionAsync(HooksUnderTest.Dana);
        var conversation = 0;

        foreach (var shell in Shells.All)
        {
            var answer = await home.AskAsync(shell, $$"""{"hook_event_name":"{{hook}}","conversation_id":"c-{{++conversation}}","url":"{{hooks.Origin}}/mcp"}""");

            Assert.AreEqual((code, output), (answer.Code, answer.Output.Trim()), shell);
            Assert.AreEqual($"c-{conversation}", hooks.Stores.Events.OfType<SessionLabelled>().Last().Conversation);
        }
    }

    [TestMethod]
    [DataRow("BROKER/mcp", "allow")]
    [DataRow("https://other.example/mcp", "allow")]
    [DataRow("https://api.githubcopilot.com/mcp/", "deny", DisplayName = "GitHub's own")]
    [DataRow("HTTPS://API.GITHUBCOPILOT.COM./mcp/", "deny")]
    [DataRow("https://notgithubcopilot.com/mcp/", "allow")]
    public async Task McpServer_IsLetThroughOrRefused(string url, string permission)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            var answer = await home.AskAsync(shell, JsonSerializer.Serialize(new
            {
                hook_event_name = "beforeMCPExecution",
                conversation_id = "c-1",
                url = url.Replace("BROKER", hooks.Origin, StringComparison.Ordinal),
            }));

            Assert.AreEqual(permission, answer.Permission, $"{shell}: {answer}");
        }
    }

    [TestMethod]
    [DataRow("npx -y @modelcontextprotocol/server-github", "deny")]
    [DataRow("docker run -i --rm ghcr.io/github/GitHub-MCP-Server stdio", "deny")]
    [DataRow("npx -y @modelcontextprotocol/server-filesystem /srv", "allow")]
    public async Task McpServer_OnThisMachine_IsLetThroughOrRefused(string command, string permission)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            var answer = await home.AskAsync(shell, JsonSerializer.Serialize(new { hook_event_name = "beforeMCPExecution", conversation_id = "c-1", command }));

            Assert.AreEqual(permission, answer.Permission, $"{shell}: {answer}");
        }
    }

    [TestMethod]
    public async Task McpServer_OfTheBroker_WhenItIsDown_IsRefused_AndOthersAreNot()
    {
        await using var hooks = await HooksUnderTest.StartAsync(new Uri("http://127.0.0.1:9"));
        using var home = new HookHome(hooks, await hooks.KeyAsync(HooksUnderTest.Dana), "acme");

        foreach (var shell in Shells.All)
        {
            Assert.AreEqual("deny", (await home.AskAsync(shell, """{"hook_event_name":"beforeMCPExecution","conversation_id":"c","url":"http://127.0.0.1:9/mcp"}""")).Permission, shell);
            Assert.AreEqual("allow", (await home.AskAsync(shell, """{"hook_event_name":"beforeMCPExecution","conversation_id":"c","command":"npx x"}""")).Permission, shell);
            Assert.AreEqual(1, (await home.AskAsync(shell, """{"hook_event_name":"sessionStart","conversation_id":"c"}""")).Code, shell);
        }
    }
}
