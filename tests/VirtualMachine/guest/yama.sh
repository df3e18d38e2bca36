# Yama: whether a program may reach into another one of its user (9a-9d) or supervise it (9e), by kernel.yama.ptrace_scope.
# 0: anybody; 1: into its own children; 2: with CAP_SYS_PTRACE only; 3: nobody.
tries=$(cat tries-yama)
for scope in 0 1 2 3; do
  echo $scope > /proc/sys/kernel/yama/ptrace_scope
  reaches=limit stays=stops
  [ $scope -lt 2 ] || reaches=kernel stays=kernel
  heading "Yama: kernel.yama.ptrace_scope = $(cat /proc/sys/kernel/yama/ptrace_scope) (promise 'kernel': it is Yama that forbids it)"
  attack 9a 'starts the approved program and reads its memory' $reaches attack-memory read
  attack 9b 'starts the approved program and writes code into it' $reaches attack-memory write
  attack 9c "takes the approved program's connection by pidfd_getfd" $reaches attack-memory getfd
  attack 9d 'traces the approved program from its first instruction on' $stays attack-memory trace
  attack 9e 'supervises it by seccomp and reads its answers' limit attack-supervise
  attack_preload 8d 'a preload that makes its code unexecutable while it is looked for' limit hiding.so
done
tries=$(cat tries)
