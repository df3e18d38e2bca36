# packaging/systemd/user under a real "systemd --user".
say
say "systemd --user: packaging/systemd/user, and what must not be added to it"

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
in_session $tree/keychain-auth register "$place/relay" --read vault --write vault > /dev/null
# By a program that waits for its answer as long as it takes: a daemon that is to start first can need half a minute here.
ask() { printf '%s\n' "$1" | in_session timeout 600 "$place/relay" $socket 2>&1 | tail -n 1 | cut -c1-160; }
write() { ask '{"type":"REQUEST","action":"write","service":"vault","targets":["token"],"values":["x"]}'; }
serve() { ask '{"type":"REQUEST","action":"read","service":"vault","targets":["token"]}'; }
served='{"type":"RESPONSE","status":"success","results":[{"target":"token","value":"x"}]}'
journal() { journalctl -q --no-pager -o cat --since "$since" | grep -c -- "$1"; }
said() { [ "$(journal "$1")" -gt 0 ] && echo yes; }

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
expect 'version 1 client' "$(serve)" "$served"
expect 'version 2 client' "$(in_session "$place/attack-approved" $socket hello)" ok
expect 'status' "$(in_session $tree/keychain-auth status | grep -o 'same-user isolation: no')" 'same-user isolation: no'
pid=$(manager show -P MainPID keychain-auth.service)
expect 'open to the tester: /proc/PID/environ of the daemon' "$(as_user cat /proc/$pid/environ 2>&1 | grep -o 'Permission denied')" 'Permission denied'
expect 'core dumps, NoNewPrivs, seccomp' "$(awk '/Max core/ { print $5 }' /proc/$pid/limits) $(awk '/NoNewPrivs/ { print $2 }' /proc/$pid/status) $(awk '/^Seccomp:/ { print $2 }' /proc/$pid/status)" '0 1 2'
expect 'open files' "$(awk '/Max open files/ { print $4 }' /proc/$pid/limits)" 524288
manager kill -s KILL keychain-auth.service
expect 'after the daemon was killed, the next client' "$(serve)" "$served"
manager stop keychain-auth.service
expect 'after the daemon was stopped, the next client' "$(serve)" "$served"

begin_with '[Socket]\nPassCredentials=no' keychain-auth.socket
first=$(serve)
expect 'PassCredentials=no: warned about' "$(said 'did not ask for senders')" yes
# This kernel notes the writer of what waits to be accepted, asked or not. Later ones do so only when asked, and there the
# daemon would refuse this client.
expect 'PassCredentials=no: the first client, whose request was queued before the daemon ran' "$first" "$served"
expect 'PassCredentials=no: a client after that' "$(serve)" "$served"

# The answer to a client; or, where the daemon ends instead of serving, why. systemd goes on starting it, and the client
# would go on waiting.
outcome() {
  serve > $work/answer &
  local client=$! deadline=$((SECONDS + 120))
  while kill -0 $client 2> /dev/null && [ "$(journal 'Main process exited')" -eq 0 ]; do
    [ $SECONDS -lt $deadline ] || { echo "no answer after 120 s, and the service is $(manager is-active keychain-auth.service): $(journalctl -q --no-pager -o cat --since "$since" | tail -n 4 | xargs -d '\n')"; break; }
    sleep 1
  done
  if kill -0 $client 2> /dev/null; then
    manager stop keychain-auth.socket keychain-auth.service
    wait $client
    journalctl -q --no-pager -o cat --since "$since" | grep -m 1 -B 1 'Main process exited' | cut -c1-300 | xargs -d '\n'
  fi
  cat $work/answer
}

begin_with '[Socket]\nSocketMode=0666' keychain-auth.socket
got=$(outcome)
say "SocketMode=0666: $got"
expect 'SocketMode=0666: the daemon says what mends it' "$(said 'set SocketMode=0600')" yes

# In a user namespace root's files are nobody's, and no client can be looked at. From systemd 254 on the others bring
# PrivateUsers= with them; before, they do nothing in a user's unit.
manager_pid=$(systemctl show -P MainPID user@$user.service)
own() { local name; for name in user mnt; do [ "$(readlink /proc/$pid/ns/$name)" = "$(readlink /proc/$manager_pid/ns/$name)" ] || printf ' %s' $name; done; }
for directive in PrivateUsers=yes PrivateTmp=yes ProtectSystem=strict ProtectHome=read-only; do
  begin_with "[Service]\n$directive" keychain-auth.service
  got=$(outcome)
  pid=$(manager show -P MainPID keychain-auth.service)
  case $directive:$got in
    PrivateUsers*success*) fail "$directive: $got" ;;
    *success*) expect "$directive: $got; the daemon's own namespaces" "$(own)" '' ;;
    *) say "$directive: $got" ;;
  esac
done
begin_with '[Service]\nMemoryDenyWriteExecute=yes' keychain-auth.service
got=$(outcome)
case $got in *success*) fail "MemoryDenyWriteExecute=yes: $got" ;; *) say "MemoryDenyWriteExecute=yes: $got" ;; esac
begin_with '' ''
expect 'without any of these again' "$(serve)" "$served"
begin_with '[Service]\nExecStart=\nExecStart=/usr/lib/keychain-auth/keychain-authd' keychain-auth.service
expect 'keychain-authd directly, as the unit sets DOTNET_EnableDiagnostics=0' "$(serve)" "$served"
begin_with '[Service]\nExecStart=\nExecStart=/usr/lib/keychain-auth/keychain-authd\nUnsetEnvironment=DOTNET_EnableDiagnostics' keychain-auth.service
expect 'keychain-authd without it: refuses to run' "$(outcome | grep -c success) $(said 'diagnostics port is open')" '0 yes'
manager stop keychain-auth.socket keychain-auth.service 2> /dev/null
