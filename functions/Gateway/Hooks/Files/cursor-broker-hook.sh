#!/usr/bin/env bash
# CursorBroker's hook for Cursor. Needs bash, curl, and awk, grep, head, sed, tr.
#
# It keeps the agent from going around the broker by accident or by habit: with GitHub's own tokens, or straight to github.com where
# the broker stands before an owner's repositories. It also tells the broker which conversation is at work. It is no sandbox: who sets
# out to hide a command from it can. What makes the difference is that there is no GitHub credential to be found.
#
# It answers as Cursor's hooks do: a JSON object on standard output, exit code 2 for "do not go on". What it cannot understand, it refuses.
set -u
LC_ALL=C
export LC_ALL
broker='@@BROKER@@'
host='@@HOST@@'
conf="${HOME:-}/.cursor/cursor-broker-hook.conf"
most=1048576

fail() {
  printf 'CursorBroker hook: %s\n' "$1"
  printf 'CursorBroker hook: %s\n' "$1" >&2
  exit 2
}

for tool in awk curl grep head sed tr; do
  command -v "$tool" > /dev/null 2>&1 || fail "there is no $tool on this machine, so commands cannot be looked at."
done

# JSON to lines "name value" for the members of the outermost object that matter. A line feed within a value becomes the byte 1.
# Not a general parser: what is well-formed is read, everything else is an error.
parser='
function bad() { failed = 1; exit 3 }
function hex(text, i, digit, value) {
  if (length(text) != 4) bad()
  value = 0
  for (i = 1; i <= 4; i++) {
    digit = index("0123456789abcdef", tolower(substr(text, i, 1)))
    if (digit == 0) bad()
    value = value * 16 + digit - 1
  }
  return value
}
function code(value) {
  if (value == 10) return line
  if (value < 32 || value == 127) return " "
  return value < 128 ? sprintf("%c", value) : other
}
function add(text) { out[++outs] = text }
function decode(text, cut, q, k, m, c) {
  m = split(text, q, "\\")
  if (m > 0) add(q[1])
  for (k = 2; k <= m; k++) {
    if (q[k] == "") {
      if (k == m) { if (!cut) bad(); add("\""); return }
      add("\\"); add(q[++k])
      continue
    }
    c = substr(q[k], 1, 1)
    if (c == "n") { add(line); add(substr(q[k], 2)) }
    else if (index("trbf", c)) { add(" "); add(substr(q[k], 2)) }
    else if (c == "/") add(q[k])
    else if (c == "u") { add(code(hex(substr(q[k], 2, 4)))); add(substr(q[k], 6)) }
    else bad()
  }
}
function odd(text, n, i) {
  n = 0
  for (i = length(text); i > 0 && substr(text, i, 1) == "\\"; i--) n++
  return n % 2
}
function push(kind) {
  if (depth >= 64) bad()
  stack[++depth] = kind
  expect = kind == "{" ? "key or end" : "value or end"
}
function pop(kind) {
  if (depth == 0 || stack[depth] != kind) bad()
  depth--
  closed()
}
function closed() { expect = depth == 0 ? "nothing" : "comma or end" }
function between(text, i, c, rest) {
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == " ") continue
    if ((c == "{" || c == "[") && (expect == "value" || expect == "value or end")) { if (depth == 0 && c != "{") bad(); push(c) }
    else if (c == "}" && (expect == "key or end" || expect == "comma or end")) pop("{")
    else if (c == "]" && (expect == "value or end" || expect == "comma or end")) pop("[")
    else if (c == ":" && expect == "colon") expect = "value"
    else if (c == "," && expect == "comma or end") expect = stack[depth] == "{" ? "key" : "value"
    else if (depth > 0 && (expect == "value" || expect == "value or end")) {
      rest = substr(text, i)
      if (!match(rest, /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)/)) bad()
      i += RLENGTH - 1
      closed()
    }
    else bad()
  }
}
{ text = text $0 }
END {
  if (failed) exit 3
  line = sprintf("%c", 1); other = sprintf("%c", 128)
  expect = "value"
  n = split(text, piece, "\"")
  for (i = 1; i <= n; i = j + 1) {
    between(piece[i])
    j = i
    if (i == n) break
    if (expect != "key" && expect != "key or end" && expect != "value" && expect != "value or end") bad()
    if (depth == 0) bad()
    iskey = stack[depth] == "{" && expect != "value"
    keep = depth == 1 && (iskey || (name in wanted))
    outs = 0
    do {
      if (++j >= n) bad()
      more = odd(piece[j])
      if (keep) { decode(piece[j], more) }
    } while (more)
    if (iskey) {
      if (depth == 1) { name = ""; for (k = 1; k <= outs && length(name) < 100; k++) name = name out[k] }
      expect = "colon"
    } else {
      if (keep) {
        if (name in seen) bad()
        seen[name] = 1
        printf "%s ", name
        for (k = 1; k <= outs; k++) printf "%s", out[k]
        printf "\n"
        name = ""
      }
      closed()
    }
  }
  if (expect != "nothing") bad()
}
BEGIN { wanted["hook_event_name"]; wanted["conversation_id"]; wanted["command"]; wanted["url"] }
'

input=$(head -c $((most + 1)) | tr '\n\r\t\000' '    ')
[ "${#input}" -le "$most" ] || fail "what Cursor sent is larger than 1 MiB, so it was not looked at."
fields=$(printf '%s\n' "$input" | awk "$parser" 2> /dev/null) || fail "what Cursor sent is no JSON object that can be understood."

event='' conversation='' command='' url='' has_command=no
while IFS= read -r field; do
  case "$field" in
    'hook_event_name '*) event=${field#* } ;;
    'conversation_id '*) conversation=${field#* } ;;
    'command '*) command=${field#* } has_command=yes ;;
    'url '*) url=${field#* } ;;
  esac
done <<< "$fields"

case "$event" in
  sessionStart | sessionEnd | beforeShellExecution | beforeMCPExecution | afterMCPExecution) ;;
  *) fail "it is asked about something that it does not know." ;;
esac
case "$conversation" in
  '' | *[!A-Za-z0-9._-]*) fail "Cursor sent no conversation id that can be passed on." ;;
esac
[ "${#conversation}" -le 100 ] || fail "Cursor sent no conversation id that can be passed on."

key='' owners='*'
if [ -r "$conf" ]; then
  while IFS= read -r setting || [ -n "$setting" ]; do
    case "$setting" in
      key=*) key=${setting#key=} ;;
      owners=*) owners=$(printf '%s' "${setting#owners=}" | tr 'A-Z' 'a-z') ;;
    esac
  done < "$conf"
fi
case "$key" in
  '') ;;
  *[!A-Za-z0-9_-]*) fail "the key in $conf is none." ;;
  cbh_*) [ "${#key}" -eq 47 ] || fail "the key in $conf is none." ;;
  *) fail "the key in $conf is none." ;;
esac

# Whether the broker took the event: true only when it said so.
tell() {
  local code
  [ -n "$key" ] || return 1
  code=$(printf 'header = "Authorization: Bearer %s"\n' "$key" | curl -q --config - --silent --output /dev/null --write-out '%{http_code}' \
    --max-redirs 0 --max-time "$2" --header 'Content-Type: application/json' --data-binary "$1" "$broker/hooks/events" 2> /dev/null) || return 1
  [ "$code" = 204 ]
}

allow() {
  printf '{"permission":"allow"}\n'
  exit 0
}

# The message must hold nothing that JSON would have to escape. Told or not, it is refused.
deny() {
  tell "{\"event\":\"$event\",\"conversation\":\"$conversation\",\"refused\":\"$1\"}" 3 || true
  printf '{"permission":"deny","user_message":"CursorBroker: %s","agent_message":"CursorBroker: %s"}\n' "$2" "$2"
  exit 0
}

# Within the broker's reach nothing is done that it cannot be told of.
pass() {
  tell "{\"event\":\"$event\",\"conversation\":\"$conversation\"}" 5 && allow
  if [ -z "$key" ]; then
    deny no-key "this hook has no key yet. Open $broker/ and follow its lines for Cursor's hooks."
  fi
  deny broker-silent "the broker at $broker does not answer, or does not know the key of this hook (they end after 90 days). Open $broker/ to make a new one."
}

says() { printf '%s\n' "$plain" | grep -Eq -e "$1"; }

brokered() {
  case ",$owners," in
    *,'*',* | *,"$1",*) return 0 ;;
  esac
  return 1
}

case "$event" in
  sessionStart | sessionEnd | afterMCPExecution)
    printf '{}\n'
    tell "{\"event\":\"$event\",\"conversation\":\"$conversation\"}" 5 && exit 0
    printf 'CursorBroker hook: the broker was not told of this conversation.\n' >&2
    exit 1
    ;;
  beforeMCPExecution)
    plain=$(printf '%s' "$url" | tr 'A-Z' 'a-z')
    says '^[a-z]+://([^/@]*@)?([a-z0-9.-]*\.)?(githubcopilot\.com|github\.com)\.?([:/]|$)' \
      && deny direct-mcp "this MCP server is GitHub's own. Use the broker's: $broker/mcp"
    case "$plain" in
      "$broker"/* | "$broker") pass ;;
    esac
    plain=$(printf '%s' "$command" | tr 'A-Z\001' 'a-z ')
    says 'server-github|github-mcp-server' \
      && deny direct-mcp "this MCP server is GitHub's own. Use the broker's: $broker/mcp"
    allow
    ;;
esac

[ "$has_command" = yes ] || fail "Cursor asked about a command and sent none."

# As a shell would read it, roughly: continued lines joined, quotes and backslashes gone, each line a command.
one=$(printf '\001')
plain=$(printf '%s\n' "$command" | sed -e "s/\\\\$one//g" | tr '\001' ';' | tr -d "'\"\\\\" | tr 'A-Z' 'a-z')
start='(^|[^a-z0-9_.-])'
end='([^a-z0-9_.-]|$)'

says "(^|[^a-z0-9_])((gh[pousr]_[a-z0-9]{10})|(github_pat_[a-z0-9_]{10}))" \
  && deny raw-token "this command holds one of GitHub's own tokens. The broker needs none: use git and gh through $broker."
says "(^|[^a-z0-9_])(gh_token|github_token|github_personal_access_token) *\+?=|${start}set( +-[a-z-]+)* +(gh_token|github_token|github_personal_access_token)$end" \
  && deny token-variable "this command sets GH_TOKEN, GITHUB_TOKEN or GITHUB_PERSONAL_ACCESS_TOKEN, which lead gh and others to github.com. The broker needs none of them."

# Talks to a server: gh, curl and wget whatever they are asked, git where it is asked for something of the kind. So a commit may mention an address.
git=no network=no remote=no
says "${start}git(\.exe)?$end" && git=yes
[ "$git" = yes ] && says "$start(clone|fetch|pull|push|ls-remote|remote|submodule|lfs|archive)$end" && network=yes remote=yes
[ "$git" = yes ] && says "${start}config$end" && network=yes
says "$start(gh|hub|curl|wget)(\.exe)?$end" && network=yes
says "$start(ssh|scp|sftp|rsync)(\.exe)?$end" && says "github\.com" && network=yes

if [ "$network" = yes ]; then
  if [ -n "${GH_TOKEN:-}${GITHUB_TOKEN:-}" ]; then
    deny token-variable "GH_TOKEN or GITHUB_TOKEN is set where Cursor runs, and leads gh and others to github.com. Start Cursor without it."
  fi
  says "://([^/@[:space:]]*@)?([^/[:space:]]*[^]!-~[:space:]]|[^/@[:space:]]*%)" \
    && deny disguised-host "the host name in this command is written so that it cannot be compared."
  says "://[^/[:space:]]*[.:][^/[:space:]]*@[^/@[:space:]]*github" \
    && deny direct-url "this command names a host, or a password, before the host that it goes to. The broker is at $broker."
  while IFS= read -r hit; do
    [ -n "$hit" ] || continue
    printf '%s\n' "$hit" | grep -Eq '[:/](\.|%2e){1,2}([/?#]|$)' \
      && deny direct-url "this command has an address of GitHub that leads elsewhere than it says. The broker is at $broker."
    name=$(printf '%s\n' "$hit" | sed -E -e 's#^[^a-z0-9.-]##' -e 's#[^a-z0-9.-].*$##' -e 's#\.$##')
    path=$(printf '%s\n' "$hit" | sed -E -n -e 's#^[^a-z0-9.-]?[a-z0-9.-]+[:/]##p' | sed -E -e 's#^[0-9]+/##' -e 's#//+#/#g' -e 's#^/##')
    case "$name" in
      gist.github.com | docs.github.com | cli.github.com) continue ;;
      github.com | www.github.com | ssh.github.com | codeload.github.com | raw.githubusercontent.com) owner=${path%%/*} ;;
      *)
        case "$path" in
          repos/* | orgs/* | users/*) owner=${path#*/} owner=${owner%%/*} ;;
          *) owner='' ;;
        esac
        ;;
    esac
    case "$owner" in
      '' | *[!a-z0-9-]*) deny direct-url "this command goes to $name, and not to an owner whom it names plainly. The broker is at $broker (git: $broker/OWNER/REPOSITORY, API: $broker/api/v3)." ;;
    esac
    brokered "$owner" && deny direct-url "this command goes straight to $name for $owner. Go through the broker: git at $broker/$owner/REPOSITORY, API at $broker/api/v3."
  done <<< "$(printf '%s\n' "$plain" | grep -Eo -e '(^|[^a-z0-9.-])([a-z0-9-]+\.)*(github\.com|githubusercontent\.com)\.?([:/][^];|&<>()[:space:]]*|[^a-z0-9.-]|$)')"
fi

if [ "$git" = yes ]; then
  says "$start(--)?(unset|unset-all|remove-section|rename-section|replace-all)$end" && says "url\.|insteadof|credential" \
    && deny git-rewrite "this command takes away what leads git to the broker."
  says "url\.[^[:space:]]*github\.com[^[:space:]]*\.(push)?insteadof|(^|[[:space:]])(-c|--config|--config-env)[[:space:]=]*(url|credential|http)\." \
    && deny git-rewrite "this command changes where git goes. It is to go to the broker."
  says "(^|[^a-z0-9_])(home|userprofile|xdg_config_home) *=.*${start}git(\.exe)?$end" && deny git-rewrite "this command has git read other settings than those that lead it to the broker."
  says "(^|[^a-z0-9_])git_config[a-z0-9_]*=" && deny git-rewrite "this command takes away the settings that lead git to the broker."
fi

if says "${start}gh(\.exe)?$end"; then
  says "(--hostname|-h)[[:space:]=]+github\.com$end|gh_host=github\.com" && deny gh-host "this command leads gh to github.com. Its host is $host."
  if says "$start(gh|gh\.exe)[[:space:]]+auth[[:space:]]+login$end"; then
    hostname=$(printf '%s' "$host" | sed -e 's/[.]/\\./g')
    says "(--hostname|-h)[[:space:]=]+$hostname([[:space:];|&]|$)" || deny gh-login "gh auth login is for the broker alone: gh auth login --hostname $host"
  fi
  pass
fi

[ "$remote" = yes ] && pass
allow
