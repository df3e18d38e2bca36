canary=$(cat /root/canary)
say
say 'Third boot: the same disk, another TPM'
$program key status
said=$(ask "$read_request")
say "a launched client: ${said:-no answer}"
case $said in *$canary* | *'"results"'*) fail 'it was served' ;; esac
say "the service: $(systemctl show -P Result keychain-auth.service), $(systemctl show -P ExecMainStatus keychain-auth.service)"
expect 'files with the value' "$(files_with $canary)" 0
expect 'import with a wrong passphrase' "$($program key import /root/export --with-key tpm2 --passphrase-fd 3 3<<< 'another passphrase' > /dev/null 2>&1; echo $?)" 1
expect 'import' "$($program key import /root/export --with-key tpm2 --passphrase-fd 3 3<<< "$passphrase" > /dev/null; echo $?)" 0
systemctl reset-failed keychain-auth.service keychain-auth.socket
systemctl restart keychain-auth.socket
awake
expect 'a launched client reads' "$(ask "$read_request" | sed "s/$canary/CANARY/")" "$(answer CANARY)"

$program service uninstall --system | sed 's/^/  /'
expect 'uninstalled: units' "$(systemctl list-unit-files 'keychain-auth*' --no-legend | wc -l)" 0
expect 'uninstalled: keys and values are kept' "$(ls /var/lib/keychain-auth/$user/keys.json /var/lib/keychain-auth/$user/plugins/store-file/keyring.json | wc -l)" 2
$program service install --system > /dev/null
awake
expect 'installed again, a launched client reads' "$(ask "$read_request" | sed "s/$canary/CANARY/")" "$(answer CANARY)"
$program service uninstall --system --purge | sed 's/^/  /'
left=$(ls -d /var/lib/keychain-auth /etc/keychain-auth /run/keychain-auth /etc/credstore*/keychain-auth* /etc/systemd/system/keychain-auth* /etc/sysusers.d/keychain-auth* /etc/tmpfiles.d/keychain-auth* /usr/share/polkit-1/actions/org.keychain-auth* 2> /dev/null)
expect 'purged: what is left' "$left" ''
expect 'purged: account' "$(getent passwd keychain-auth)" ''
