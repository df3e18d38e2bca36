# Shared by the boots.
user=64400
program=/usr/lib/keychain-auth/keychain-auth
socket=/run/keychain-auth/agent.sock
relay=/home/tester/relay
passphrase='correct horse battery staple'
wrong=0

say() { printf '%s\n' "$*"; }

fail() {
  say "NOT AS EXPECTED: $*"
  journalctl -q --no-pager -o cat -n 8 -u keychain-auth.service -u keychain-auth.socket | sed 's/^/    /'
  wrong=$((wrong + 1))
}

# expect WHAT GOT WANTED
expect() { [ "$2" = "$3" ] && say "$1: $2" || fail "$1: $2, where $3 is expected"; }

# as_tester COMMAND...: as the ordinary user would.
as_tester() { setpriv --reuid $user --regid $user --clear-groups --inh-caps=-all -- env -i PATH=/usr/bin:/bin HOME=/home/tester LANG=C.UTF-8 "$@"; }

# ask LINE [COMMAND...]: what the daemon answers to a program of the tester's, launched unless COMMAND says otherwise.
ask() {
  local line=$1; shift
  [ $# -gt 0 ] || set -- $program exec --
  printf '%s\n' "$line" | timeout 300 setpriv --reuid $user --regid $user --clear-groups --inh-caps=-all -- env -i PATH=/usr/bin:/bin HOME=/home/tester LANG=C.UTF-8 "$@" $relay $socket 2>&1 | tail -n 1 | cut -c1-200
}

read_request='{"type":"REQUEST","action":"read","service":"vault","targets":["token"]}'
write_request() { echo "{\"type\":\"REQUEST\",\"action\":\"write\",\"service\":\"vault\",\"targets\":[\"token\"],\"values\":[\"$1\"]}"; }
answer() { echo "{\"type\":\"RESPONSE\",\"status\":\"success\",\"results\":[{\"target\":\"token\",\"value\":\"$1\"}]}"; }

# awake: the daemon is there, started by this request if need be. The launcher waits for it as long as a person would; on
# an emulated machine that is busy its start can take longer.
awake() { $program status > /dev/null 2>&1; }

state() { echo "$(systemctl is-active keychain-auth.socket) $(systemctl is-active keychain-auth.service)"; }

# kind NAME: what a sealed credential is sealed with, by the id that it begins with (systemd, creds-util.h).
kind() {
  case $(base64 -d "/etc/credstore.encrypted/$1" 2> /dev/null | head -c 16 | od -An -tx1 | tr -d ' \n') in
    0c7cc07b11764591*) echo tpm2 ;;
    93a8940948744490*) echo host+tpm2 ;;
    5a1c6a86df9d4096*) echo host ;;
    *) echo unknown ;;
  esac
}

files_with() { grep -rlaF -- "$1" /var/lib/keychain-auth /etc/keychain-auth /etc/credstore* 2> /dev/null | wc -l; }

key_status() { $program key status 2>&1; }
