# packaging/systemd/user under a real "systemd --user".
say
say "systemd --user: packaging/systemd/user, and what must not be added to it"
stop_daemon real

home=/home/tester
runtime=/run/user/$user
session="HOME=$home XDG_RUNTIME_DIR=$runtime DBUS_SESSION_BUS_ADDRESS=unix:path=$runtime/bus"
in_session() { as_user $session "$@"; }
manager() { in_session systemctl --user "$@"; }
socket=$runtime/keychain-auth/agent.sock

timeout 600 sh -c "until [ -S $runtime/systemd/private ]; do sleep 1; done" || fail "systemd --user did not start"
mkdir -p /usr/lib/systemd/user
mkdir -p /usr/lib/keychain-auth
mount --bind $tree /usr/lib/keychain-auth
cp /vm/units/* /usr/lib/systemd/user/
expect "systemd-analyze verify" "$(in_session systemd-analyze --user verify /usr/lib/systemd/user/keychain-auth.socket /usr/lib/systemd/user/keychain-auth.service 2>&1)" ''
say "systemd-analyze security: $(systemd-analyze security --offline=true --no-pager /usr/lib/systemd/user/keychain-auth.service 2>&1 | tail -n 1 | sed 's/^[^A-Za-z]*//; s/[^ -~]//g; s/ *$//')"

place=$home/approved
install -d -m 700 -o $user -g $user "$place"
install -m 700 -o $user -g $user $programs/attack-approved $programs/relay "$place/"
in_session $tree/keychain-auth register "$place/attack-approved" --read vault > /dev/null
in_session $tree/keychain-auth register "$place/relay" --write vault > /dev/null
write() { printf '{"type":"REQUEST","action":"write","service":"vault","targets":["token"],"values":["x"]}\n' | in_session timeout 600 "$place/relay" $socket | tail -n 1; }
serve() { in_session timeout 600 "$place/attack-approved" $socket "${1:-once}" 2>&1 | cut -c1-120; }
journal() { journalctl -q --no-pager -o cat --since "$since" | grep -c -- "$1"; }

# begin_with DIRECTIVES FILE: a drop-in, a fresh socket, no daemon.
begin_with() {
  manager stop keychain-auth.socket keychain-auth.service 2> /dev/null
  rm -rf /etc/systemd/user
  if [ -n "$1" ]; then
    mkdir -p "/etc/systemd/user/$2.d"
    printf '%b\n' "$1" > "/etc/systemd/user/$2.d/test.conf"
  fi
  manager daemon-reload
  manager reset-failed keychain-auth.service keychain-auth.socket 2> /dev/null
  since=$(date '+%F %T')
  manager start keychain-auth.socket || fail "the socket does not start"
}

begin_with '' ''
expect 'before the first client' "$(manager is-active keychain-auth.socket) $(manager is-active keychain-auth.service)" 'active inactive'
expect 'the first client, whose request was queued before the daemon ran' "$(write)" '{"type":"RESPONSE","status":"success"}'
expect 'after it' "$(manager is-active keychain-auth.service)" active
pid=$(manager show -P MainPID keychain-auth.service)
expect "the daemon's user namespace" "$(readlink /proc/$pid/ns/user)" "$(readlink /proc/1/ns/user)"
expect 'version 1 client' "$(serve)" ok
expect 'version 2 client' "$(serve hello)" ok
expect 'status' "$(in_session $tree/keychain-auth status | grep -o 'same-user isolation: no')" 'same-user isolation: no'
pid=$(manager show -P MainPID keychain-auth.service)
expect 'open to the tester: /proc/PID/environ of the daemon' "$(as_user cat /proc/$pid/environ 2>&1 | grep -o 'Permission denied')" 'Permission denied'
expect 'core dumps, NoNewPrivs, seccomp' "$(awk '/Max core/ { print $5 }' /proc/$pid/limits) $(awk '/NoNewPrivs/ { print $2 }' /proc/$pid/status) $(awk '/^Seccomp:/ { print $2 }' /proc/$pid/status)" '0 1 2'
expect 'open files' "$(awk '/Max open files/ { print $4 }' /proc/$pid/limits)" 524288
manager kill -s KILL keychain-auth.service
expect 'after the daemon was killed, the next client' "$(serve)" ok
manager stop keychain-auth.service
expect 'after the daemon was stopped, the next client' "$(serve)" ok

begin_with '[Socket]\nPassCredentials=no' keychain-auth.socket
first=$(serve)
expect 'PassCredentials=no: warned about' "$([ "$(journal 'did not ask for senders')" -gt 0 ] && echo yes)" yes
say "PassCredentials=no: the first client, whose request was queued before the daemon ran: ${first:-no answer}"
case $first in *identity_changed*) ;; *) fail "bytes without a sender were not refused" ;; esac
expect 'PassCredentials=no: a client after that' "$(serve)" ok

begin_with '[Socket]\nSocketMode=0666' keychain-auth.socket
expect 'SocketMode=0666: the client gets no secret' "$(serve | grep -c '^ok')" 0
expect 'SocketMode=0666: the daemon says what mends it' "$([ "$(journal 'set SocketMode=0600')" -gt 0 ] && echo yes)" yes

for directive in PrivateUsers=yes PrivateTmp=yes ProtectSystem=strict ProtectHome=read-only; do
  begin_with "[Service]\n$directive" keychain-auth.service
  said=$(serve)
  say "$directive: ${said:-no answer}"
  case $said in *ok*) fail "$directive is said to have every client refused" ;; esac
done
begin_with '[Service]\nMemoryDenyWriteExecute=yes' keychain-auth.service
said=$(serve)
say "MemoryDenyWriteExecute=yes: ${said:-no answer}; the service is $(manager is-active keychain-auth.service)"
case $said in ok) fail "MemoryDenyWriteExecute is said to end the daemon" ;; esac
begin_with '' ''
expect 'without any of these again' "$(serve)" ok
begin_with '[Service]\nExecStart=\nExecStart=/usr/lib/keychain-auth/keychain-authd' keychain-auth.service
expect 'keychain-authd directly, as the unit sets DOTNET_EnableDiagnostics=0' "$(serve)" ok
begin_with '[Service]\nExecStart=\nExecStart=/usr/lib/keychain-auth/keychain-authd\nUnsetEnvironment=DOTNET_EnableDiagnostics' keychain-auth.service
expect 'keychain-authd without it: refuses to run' "$(serve | grep -c '^ok') $([ "$(journal 'diagnostics port is open')" -gt 0 ] && echo said)" '0 said'
manager stop keychain-auth.socket keychain-auth.service 2> /dev/null
