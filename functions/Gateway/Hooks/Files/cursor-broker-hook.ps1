# CursorBroker's hook for Cursor, for Windows PowerShell 5.1 and PowerShell 7.
#
# It does what cursor-broker-hook.sh does, rule by rule: read there what it is for and what it is not. A rule that changes in one changes in both.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$broker = '@@BROKER@@'
$brokerHost = '@@HOST@@'
$conf = Join-Path (Join-Path $HOME '.cursor') 'cursor-broker-hook.conf'
$most = 1048576

function Fail([string] $why) {
    [Console]::Out.WriteLine("CursorBroker hook: $why")
    [Console]::Error.WriteLine("CursorBroker hook: $why")
    exit 2
}

trap { Fail 'it failed, so nothing was let through.' }

# Whether the broker took the event: true only when it said so.
function Tell([string] $body, [int] $seconds) {
    if ($script:key -eq '') { return $false }
    try {
        $answer = Invoke-WebRequest -UseBasicParsing -Method Post -Uri "$broker/hooks/events" -TimeoutSec $seconds -MaximumRedirection 0 `
            -Headers @{ Authorization = "Bearer $($script:key)" } -ContentType 'application/json' -Body $body
        return [int] $answer.StatusCode -eq 204
    } catch {
        return $false
    }
}

function Allow {
    [Console]::Out.WriteLine('{"permission":"allow"}')
    exit 0
}

# The message must hold nothing that JSON would have to escape.
function Deny([string] $rule, [string] $message) {
    $null = Tell "{`"event`":`"$hook`",`"conversation`":`"$conversation`",`"refused`":`"$rule`"}" 3
    [Console]::Out.WriteLine("{`"permission`":`"deny`",`"user_message`":`"CursorBroker: $message`",`"agent_message`":`"CursorBroker: $message`"}")
    exit 0
}

# Within the broker's reach nothing is done that it cannot be told of.
function Pass {
    if (Tell "{`"event`":`"$hook`",`"conversation`":`"$conversation`"}" 5) { Allow }
    if ($script:key -eq '') { Deny 'no-key' "this hook has no key yet. Open $broker/ and follow its lines for Cursor's hooks." }
    Deny 'broker-silent' "the broker at $broker does not answer, or does not know the key of this hook (they end after 90 days). Open $broker/ to make a new one."
}

function Says([string] $pattern) { return $script:plain -cmatch $pattern }

function Member([string] $name) {
    $found = $said.PSObject.Properties | Where-Object { $_.Name -ceq $name }
    if ($null -ne $found -and $found.Value -is [string]) { return $found.Value }
    return $null
}

[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

$reader = New-Object IO.StreamReader([Console]::OpenStandardInput(), (New-Object Text.UTF8Encoding($false, $true)))
$buffer = New-Object char[] ($most + 1)
$length = $reader.ReadBlock($buffer, 0, $buffer.Length)
if ($length -gt $most) { Fail 'what Cursor sent is larger than 1 MiB, so it was not looked at.' }
$text = New-Object string($buffer, 0, $length)
if ($text -notmatch '^\s*\{') { Fail 'what Cursor sent is no JSON object that can be understood.' }
try { $said = ConvertFrom-Json $text } catch { Fail 'what Cursor sent is no JSON object that can be understood.' }

$hook = Member 'hook_event_name'
if (@('sessionStart', 'sessionEnd', 'beforeShellExecution', 'beforeMCPExecution', 'afterMCPExecution') -cnotcontains $hook) {
    Fail 'it is asked about something that it does not know.'
}
$conversation = Member 'conversation_id'
if ($null -eq $conversation -or $conversation -cnotmatch '\A[A-Za-z0-9._-]{1,100}\z') { Fail 'Cursor sent no conversation id that can be passed on.' }

$key = ''
$owners = @('*')
if (Test-Path -LiteralPath $conf) {
    foreach ($setting in [IO.File]::ReadAllLines($conf)) {
        if ($setting.StartsWith('key=')) { $key = $setting.Substring(4) }
        if ($setting.StartsWith('owners=')) { $owners = $setting.Substring(7).ToLowerInvariant().Split(',') }
    }
}
if ($key -ne '' -and $key -cnotmatch '\Acbh_[A-Za-z0-9_-]{43}\z') { Fail "the key in $conf is none." }

if (@('sessionStart', 'sessionEnd', 'afterMCPExecution') -ccontains $hook) {
    [Console]::Out.WriteLine('{}')
    if (Tell "{`"event`":`"$hook`",`"conversation`":`"$conversation`"}" 5) { exit 0 }
    [Console]::Error.WriteLine('CursorBroker hook: the broker was not told of this conversation.')
    exit 1
}

if ($hook -ceq 'beforeMCPExecution') {
    $plain = [string] (Member 'url')
    $plain = $plain.ToLowerInvariant()
    if (Says '^[a-z]+://([^/@]*@)?([a-z0-9.-]*\.)?(githubcopilot\.com|github\.com)\.?([:/]|$)') {
        Deny 'direct-mcp' "this MCP server is GitHub's own. Use the broker's: $broker/mcp"
    }
    if ($plain -ceq $broker -or $plain.StartsWith("$broker/")) { Pass }
    $plain = ([string] (Member 'command')).ToLowerInvariant()
    if (Says 'server-github|github-mcp-server') {
        Deny 'direct-mcp' "this MCP server is GitHub's own. Use the broker's: $broker/mcp"
    }
    Allow
}

$command = Member 'command'
if ($null -eq $command) { Fail 'Cursor asked about a command and sent none.' }

# As a shell would read it, roughly: continued lines joined, quotes and escapes of bash, PowerShell and cmd gone, each line a command.
$plain = $command.Replace("`r`n", "`n") -creplace "[\\``^]`n", ''
$plain = $plain.Replace("`n", ';') -creplace "['`"\\``^]", '' -creplace '[\x00-\x1f\x7f]', ' '
$plain = $plain.ToLowerInvariant()
$start = '(^|[^a-z0-9_.-])'
$end = '([^a-z0-9_.-]|$)'

if (Says '(^|[^a-z0-9_])((gh[pousr]_[a-z0-9]{10})|(github_pat_[a-z0-9_]{10}))') {
    Deny 'raw-token' "this command holds one of GitHub's own tokens. The broker needs none: use git and gh through $broker."
}
$variables = '(gh_token|github_token|github_personal_access_token)'
if (Says "(^|[^a-z0-9_])$variables *\+?=|${start}set( +-[a-z-]+)* +$variables$end|${start}setx +$variables$end") {
    Deny 'token-variable' 'this command sets GH_TOKEN, GITHUB_TOKEN or GITHUB_PERSONAL_ACCESS_TOKEN, which lead gh and others to github.com. The broker needs none of them.'
}

# Talks to a server: gh, curl and wget whatever they are asked, git where it is asked for something of the kind. So a commit may mention an address.
$git = Says "${start}git(\.exe)?$end"
$remote = $git -and (Says "$start(clone|fetch|pull|push|ls-remote|remote|submodule|lfs|archive)$end")
$network = $remote -or ($git -and (Says "${start}config$end")) -or (Says "$start(gh|hub|curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)(\.exe)?$end")
if ((Says "$start(ssh|scp|sftp|rsync)(\.exe)?$end") -and (Says 'github\.com')) { $network = $true }

if ($network) {
    if ("$env:GH_TOKEN$env:GITHUB_TOKEN" -ne '') {
        Deny 'token-variable' 'GH_TOKEN or GITHUB_TOKEN is set where Cursor runs, and leads gh and others to github.com. Start Cursor without it.'
    }
    if (Says '://([^/@\s]*@)?([^/\s]*[^!-~\s]|[^/@\s]*%)') {
        Deny 'disguised-host' 'the host name in this command is written so that it cannot be compared.'
    }
    if (Says '://[^/\s]*[.:][^/\s]*@[^/@\s]*github') {
        Deny 'direct-url' "this command names a host, or a password, before the host that it goes to. The broker is at $broker."
    }
    foreach ($hit in [regex]::Matches($plain, '(?<![a-z0-9.-])(?<name>([a-z0-9-]+\.)*(github\.com|githubusercontent\.com))\.?([:/](?<path>[^\];|&<>()\s]*)|[^a-z0-9.-]|$)')) {
        if ($hit.Value -cmatch '[:/](\.|%2e){1,2}([/?#]|$)') {
            Deny 'direct-url' "this command has an address of GitHub that leads elsewhere than it says. The broker is at $broker."
        }
        $name = $hit.Groups['name'].Value
        $path = $hit.Groups['path'].Value -creplace '^[0-9]+/', '' -creplace '//+', '/' -creplace '^/', ''
        if (@('gist.github.com', 'docs.github.com', 'cli.github.com') -ccontains $name) { continue }
        $parts = $path.Split('/')
        $owner = ''
        if (@('github.com', 'www.github.com', 'ssh.github.com', 'codeload.github.com', 'raw.githubusercontent.com') -ccontains $name) {
            $owner = $parts[0]
        } elseif ($parts.Length -gt 1 -and @('repos', 'orgs', 'users') -ccontains $parts[0]) {
            $owner = $parts[1]
        }
        if ($owner -cnotmatch '\A[a-z0-9-]+\z') {
            Deny 'direct-url' "this command goes to $name, and not to an owner whom it names plainly. The broker is at $broker (git: $broker/OWNER/REPOSITORY, API: $broker/api/v3)."
        }
        if ($owners -ccontains '*' -or $owners -ccontains $owner) {
            Deny 'direct-url' "this command goes straight to $name for $owner. Go through the broker: git at $broker/$owner/REPOSITORY, API at $broker/api/v3."
        }
    }
}

if ($git) {
    if ((Says "$start(--)?(unset|unset-all|remove-section|rename-section|replace-all)$end") -and (Says 'url\.|insteadof|credential')) {
        Deny 'git-rewrite' 'this command takes away what leads git to the broker.'
    }
    if (Says 'url\.\S*github\.com\S*\.(push)?insteadof|(^|\s)(-c|--config|--config-env)[\s=]*(url|credential|http)\.') {
        Deny 'git-rewrite' 'this command changes where git goes. It is to go to the broker.'
    }
    if (Says "(^|[^a-z0-9_])(home|userprofile|xdg_config_home) *=.*${start}git(\.exe)?$end") {
        Deny 'git-rewrite' 'this command has git read other settings than those that lead it to the broker.'
    }
    if (Says '(^|[^a-z0-9_])git_config[a-z0-9_]* *=') { Deny 'git-rewrite' 'this command takes away the settings that lead git to the broker.' }
}

if (Says "${start}gh(\.exe)?$end") {
    if (Says "(--hostname|-h)[\s=]+github\.com$end|gh_host *= *github\.com") { Deny 'gh-host' "this command leads gh to github.com. Its host is $brokerHost." }
    if ((Says "$start(gh|gh\.exe)\s+auth\s+login$end") -and -not (Says "(--hostname|-h)[\s=]+$([regex]::Escape($brokerHost))([\s;|&]|$)")) {
        Deny 'gh-login' "gh auth login is for the broker alone: gh auth login --hostname $brokerHost"
    }
    Pass
}

if ($remote) { Pass }
Allow
