#!/bin/sh
# What systemd does when it starts the unit: opens the credentials that its drop-in names, for the service alone.
set -e
place=/run/credentials/keychain-auth.service
rm -rf "$place"
install -d -m 700 "$place"
sed -n 's/^LoadCredential\(Encrypted\)\{0,1\}=\([^:]*\):\(.*\)$/\1x \2 \3/p' /etc/systemd/system/keychain-auth.service.d/*.conf |
while read -r kind name path; do
  case $kind in
    Encryptedx) systemd-creds decrypt "--name=$name" "$path" "$place/$name" 2> /dev/null ;;
    x) cp "$path" "$place/$name" ;;
  esac
done
chmod 400 "$place"/* 2> /dev/null || true
chmod 500 "$place"
chown -R keychain-auth "$place"
