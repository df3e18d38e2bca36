#!/bin/sh
# A machine of the tests' own, as far as system mode sees it: in this mount namespace /etc, /var/lib, /run, /opt and
# polkit's actions are private, so that the real paths and real accounts can be used and nothing outside is touched.
# usage: unshare --mount --propagation private sh world.sh DIRECTORY TREE
# Says "ready" and lasts until its input ends.
set -e
world=$1 tree=$2
mkdir -p "$world/etc" "$world/varlib"
cp -a /etc/. "$world/etc/"
cp -a /usr/share/polkit-1 "$world/polkit-1"
mount --bind "$world/etc" /etc
mount --bind "$world/varlib" /var/lib
mount --bind "$world/polkit-1" /usr/share/polkit-1
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /opt
mkdir -p /run/dbus /var/lib/polkit-1 /opt/keychain-auth
cp -a "$tree/." /opt/keychain-auth/
chown -R 0:0 /opt/keychain-auth
rm -rf /etc/keychain-auth /etc/systemd/system/keychain-auth.*

# Real accounts, with passwords that a scripted agent can type.
for user in alice bob; do
  useradd --create-home --home-dir "$world/$user" --shell /bin/sh "$user"
  chmod 755 "$world/$user"
done
printf 'alice:wonderland\nbob:builder\nroot:toor\n' | chpasswd
echo ready
exec cat > /dev/null
