canary=$(cat /root/canary)
reads() { expect "$1" "$(ask "$read_request" | sed "s/$canary/CANARY/")" "$(answer CANARY)"; }
say
say 'Second boot'
expect 'socket, service' "$(state)" 'active inactive'
awake
expect 'socket, service after a request' "$(state)" 'active active'
reads 'a launched client reads what was written before'

expect 'a new data key' "$($program key rotate --user tester > /dev/null; echo $?)" 0
reads 'with the new data key'
expect 'a new master key, sealed with host key and TPM' "$($program key rotate --master --with-key host+tpm2 > /dev/null; echo $?)" 0
expect 'it is sealed with' "$(kind keychain-auth.master-key)" host+tpm2
expect 'forgetting the previous one is refused while it is needed' "$($program key forget-previous > /dev/null 2>&1; echo $?)" 1
reads 'before the restart'
systemctl restart keychain-auth.service
awake
reads 'after the restart'
expect 'forgetting the previous one' "$($program key forget-previous > /dev/null; echo $?)" 0
systemctl restart keychain-auth.service
awake
reads 'without the previous one'
$program key status
rm /root/export
expect 'a new export' "$($program key export /root/export --passphrase-fd 3 3<<< "$passphrase" > /dev/null; echo $?)" 0
