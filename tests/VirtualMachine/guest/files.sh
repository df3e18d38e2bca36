# File systems: programs on them are served; fs-verity seals one against row 14.
say
say "Honest programs on other file systems and sealed by fs-verity"

served_from() {
  cp $programs/attack-approved "$2"
  chown $user:$user "$2"
  cli real register "$2" --read vault > /dev/null 2>&1
  expect "$1: served of $tries" "$(honest real "$2")" $tries
}

truncate -s 256M /root/btrfs
mkfs.btrfs -q /root/btrfs > /dev/null
mkdir -p /mnt/btrfs /mnt/overlay /mnt/parts
mount -o loop /root/btrfs /mnt/btrfs
btrfs -q subvolume create /mnt/btrfs/volume
served_from 'program on a btrfs subvolume' /mnt/btrfs/volume/program
mount -t tmpfs tmpfs /mnt/parts
mkdir /mnt/parts/{lower,upper,work}
mount -t overlay overlay -o lowerdir=/mnt/parts/lower,upperdir=/mnt/parts/upper,workdir=/mnt/parts/work /mnt/overlay
served_from 'program on an overlay over tmpfs' /mnt/overlay/program

sealed=$(approve real)
chown 0:0 "$sealed"
chmod 755 "$sealed"
if fsverity enable "$sealed"; then
  expect "program sealed by fs-verity: served of $tries" "$(honest real "$sealed")" $tries
  chown $user:$user "$sealed"
  expect "rewriting a sealed program, as its owner" "$(as_user sh -c "echo x >> '$sealed'" 2>&1 | grep -o 'Operation not permitted')" 'Operation not permitted'
  expect "the owner's sealed program: served of $tries" "$(honest real "$sealed")" $tries
else
  fail "fs-verity could not be enabled"
fi
