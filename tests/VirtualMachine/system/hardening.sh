# The unit's hardening, looked for where it must show: on the daemon that runs. What is forbidden there is first seen to
# be possible elsewhere.
say
say 'The running daemon, under the unit'
pid=$(systemctl show -P MainPID keychain-auth.service)
account=$(id -u keychain-auth) group=$(id -g keychain-auth)
of_daemon() { awk -v name="$1:" '$1 == name { $1 = ""; print substr($0, 2) }' /proc/$pid/status; }
group_file() { cat "/sys/fs/cgroup$(systemctl show -P ControlGroup keychain-auth.service)/$1"; }

expect 'users and groups' "$(of_daemon Uid), $(of_daemon Gid), $(of_daemon Groups)" "$account $account $account $account, $group $group $group $group, $group"
# CAP_SYS_PTRACE is bit 19 and CAP_DAC_READ_SEARCH bit 2.
expect 'capabilities: permitted, effective, bounding' "$(of_daemon CapPrm) $(of_daemon CapEff) $(of_daemon CapBnd)" '0000000000080004 0000000000080004 0000000000080004'
expect 'capabilities that a program it starts would get' "$(of_daemon CapAmb)" 0000000000000000
expect 'NoNewPrivs, Seccomp, Umask' "$(of_daemon NoNewPrivs) $(of_daemon Seccomp) $(of_daemon Umask)" '1 2 0077'
expect 'core dumps, open files, swap, OOM score' "$(awk '/Max core/ { print $5, $6 }' /proc/$pid/limits), $(awk '/Max open files/ { print $4, $5 }' /proc/$pid/limits), $(group_file memory.swap.max), $(cat /proc/$pid/oom_score_adj)" '0 0, 524288 524288, 0, -500'
namespaces() { local name; for name in user pid net mnt uts ipc; do [ "$(readlink /proc/$pid/ns/$name)" = "$(readlink /proc/1/ns/$name)" ] || printf '%s ' $name; done; }
expect 'namespaces of its own' "$(namespaces)" 'net mnt uts '

# A filter is seen by the answers to what the daemon itself is made to ask, beside a process of the same account without one.
setpriv --reuid $account --regid $group --clear-groups --inh-caps=-all sleep infinity &
outside=$!
until [ "$(awk '{ print $2, $3 }' /proc/$outside/stat)" = '(sleep) S' ]; do sleep 0.1; done
/vm/debugger $outside > /root/outside
/vm/debugger $pid > /root/inside
kill $outside
printf '%-26s %-14s %s\n' 'system call' 'without unit' 'the daemon'
filtered=0
while IFS=$'\t' read -r call without && IFS=$'\t' read -r _ within <&3; do
  printf '%-26s %-14s %s\n' "$call" $without $within
  case $call in
    'socket AF_UNIX') [ "$without $within" = 'done done' ] || fail "$call" ;;
    'chmod 0755') [ "$without $within" = 'ENOENT ENOENT' ] || fail "$call" ;;
    socket*) [ "$without $within" = 'done EAFNOSUPPORT' ] && filtered=$((filtered + 1)) || fail "$call" ;;
    *) [ $without != EPERM ] && [ $within = EPERM ] && filtered=$((filtered + 1)) || fail "$call" ;;
  esac
done < /root/outside 3< /root/inside
expect 'system calls that the filter refused' $filtered 14

# Root in the daemon's view of the files: no owner or mode stands in the way there, only mounts do.
in_its_mounts() { nsenter -t $pid -m -- "$@" 2>&1; }
places=(/ /etc /usr /boot /home/tester /root /tmp /var /var/tmp /var/log /dev/shm /dev/mqueue /run /run/lock /run/keychain-auth /var/lib /var/lib/keychain-auth /etc/keychain-auth)
writable() { "$@" sh -c 'for place; do touch "$place/probe" 2> /dev/null && rm "$place/probe" && printf "%s " "$place"; done' - "${places[@]}"; }
expect "root can write, outside of ${#places[@]}" "$(writable env | wc -w)" ${#places[@]}
expect "root can write, in the daemon's mounts" "$(writable in_its_mounts)" '/run/keychain-auth /var/lib/keychain-auth '
writes='echo "$(cat /proc/sys/kernel/panic)" > /proc/sys/kernel/panic && echo sysctl; mkdir /sys/fs/cgroup/probe && rmdir /sys/fs/cgroup/probe && echo cgroup; ls /usr/lib/modules/* > /dev/null && echo modules'
expect "sysctl, control groups, kernel modules, outside" "$(sh -c "$writes" 2> /dev/null | xargs)" 'sysctl cgroup modules'
expect "sysctl, control groups, kernel modules, in the daemon's mounts" "$(in_its_mounts sh -c "{ $writes; } 2> /dev/null" | xargs)" ''
devices() { "$@" find /dev -type b -o -type c ! -path '/dev/pts/*' | sed 's,/dev/,,' | sort | xargs; }
expect "devices: the machine's disk, TPM and kernel log, outside" "$(devices env | grep -o -w 'vda\|tpm0\|kmsg' | sort | xargs)" 'kmsg tpm0 vda'
expect "devices, in the daemon's mounts" "$(devices in_its_mounts)" 'full null ptmx random tty urandom zero'

# Root in the daemon's control group, and a service of the machine's own network.
in_its_group() { timeout 60 bash -c "echo \$\$ > '/sys/fs/cgroup$(systemctl show -P ControlGroup keychain-auth.service)/cgroup.procs'; exec \"\$@\"" - "$@" 2>&1; }
reach='exec 3<> /dev/tcp/127.0.0.1/4444 && echo reached'
systemd-socket-activate -l 127.0.0.1:4444 sleep infinity 2> /root/listener &
listener=$!
until grep -q Listening /root/listener; do sleep 0.1; done
expect "the machine's own network, outside" "$(bash -c "$reach" 2>&1)" reached
expect "the machine's own network, in the daemon's network namespace" "$(nsenter -t $pid -n bash -c "$reach" 2>&1 | grep -o 'reached\|Connection refused' | tail -n 1)" 'Connection refused'
# By UDP, where whoever sends is told that it was not let out.
send='echo > /dev/udp/127.0.0.1/4444 && echo sent'
expect "a datagram, outside" "$(bash -c "$send" 2>&1)" sent
expect "a datagram, in the daemon's control group" "$(in_its_group bash -c "$send" | grep -o 'sent\|Operation not permitted')" 'Operation not permitted'
expect "the machine's disk, outside" "$(head -c 1 /dev/vda | wc -c)" 1
expect "the machine's disk, in the daemon's control group" "$(in_its_group head -c 1 /dev/vda | grep -o -a 'Operation not permitted')" 'Operation not permitted'
kill $listener

say "systemd-analyze security: $(systemd-analyze security --no-pager keychain-auth.service 2>&1 | tail -n 1 | sed 's/^[^A-Za-z]*//; s/[^ -~]//g; s/ *$//')"
expect 'the daemon after all this' "$(systemctl show -P MainPID keychain-auth.service) $(state)" "$pid active active"
