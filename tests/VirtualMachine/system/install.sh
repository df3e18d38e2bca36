say "First boot: $(uname -s) $(uname -r), $(systemctl --version | head -n 1); TPM: $(cat /sys/class/tpm/tpm0/tpm_version_major 2> /dev/null || echo none)"
cp -a /vm/tree /usr/lib/keychain-auth
cp -a /vm/dotnet /usr/share/dotnet
install -m 755 -o $user -g $user /vm/relay $relay
canary=canary-$RANDOM$RANDOM$RANDOM
echo $canary > /root/canary

expect 'a master key sealed with the TPM' "$($program key init --with-key tpm2 > /root/said 2>&1; echo $?) $(kind keychain-auth.master-key)" '0 tpm2'
cat /root/said
expect 'files that would be written' "$($program service install --system --print | grep -c '^==> ')" "$($program service install --system | grep -c '^wrote ')"
expect 'installed again: files written' "$($program service install --system | grep -c '^wrote ')" 0
$program key status
expect 'the master key is still sealed with' "$(kind keychain-auth.master-key)" tpm2
expect 'socket, service' "$(state)" 'active inactive'

expect 'register, as root for the tester' "$($program register $relay --user tester --read vault --write vault > /dev/null 2> /root/error; echo $?)" 0
cat /root/error
expect 'socket, service after a request' "$(state)" 'active active'
expect 'a launched client writes' "$(ask "$(write_request $canary)")" '{"type":"RESPONSE","status":"success"}'
expect 'a launched client reads' "$(ask "$read_request" | sed "s/$canary/CANARY/")" "$(answer CANARY)"
said=$(ask "$read_request" env)
say "the same client, not launched: $(grep -o '"reason":"[a-z_]*"' <<< "$said")"
case $said in *$canary* | *success*) fail 'it was served' ;; esac

say "master key in the daemon's log: $(journalctl -q --no-pager -o cat -u keychain-auth.service | grep -c 'Values are sealed; master key')"
expect 'files with the value' "$(files_with $canary)" 0
expect 'keys of the tester' "$(stat -c '%a %U' /var/lib/keychain-auth/$user/keys.json)" '600 keychain-auth'
expect 'for the tester, /var/lib/keychain-auth' "$(as_tester ls /var/lib/keychain-auth 2>&1 | grep -o 'Permission denied')" 'Permission denied'
expect 'for the tester, /etc/keychain-auth' "$(as_tester ls /etc/keychain-auth 2>&1 | grep -o 'Permission denied')" 'Permission denied'
expect 'for the tester, the master key' "$(as_tester $program key export /tmp/key 2>&1 | grep -o "keys are root's")" "keys are root's"
expect 'for the tester, kill' "$(as_tester sh -c "kill -9 $(systemctl show -P MainPID keychain-auth.service)" 2>&1 | grep -o 'not permitted')" 'not permitted'

. ./hardening.sh

say
systemctl kill -s KILL keychain-auth.service
awake
expect 'after the daemon was killed, a launched client reads' "$(ask "$read_request" | sed "s/$canary/CANARY/")" "$(answer CANARY)"
expect 'export' "$($program key export /root/export --passphrase-fd 3 3<<< "$passphrase" > /dev/null; echo $?)" 0
