# Shared by the parts: two daemons of one ordinary user, one whose verifier is naive and the one that ships; ways to
# attack both and to enter the numbers. An expectation that does not hold is said in its place and fails the run.
user=64400
tries=$(cat tries)
tree=/vm/tree
programs=/vm/programs
work=/home/tester/work
wrong=0

as_user() { setpriv --reuid $user --regid $user --clear-groups -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }

# HOME and XDG_RUNTIME_DIR of one of the two daemons.
of() { echo "HOME=$work/$1/home" "XDG_RUNTIME_DIR=$work/$1/run"; }

socket_of() { echo "$work/$1/run/keychain-auth/agent.sock"; }

cli() { local which=$1; shift; as_user $(of "$which") $tree/keychain-auth "$@"; }

say() { printf '%s\n' "$*"; }

fail() { say "NOT AS EXPECTED: $*"; wrong=$((wrong + 1)); }

# expect WHAT GOT WANTED
expect() { [ "$2" = "$3" ] && say "$1: $2" || fail "$1: $2, where $3 is expected"; }

# start_daemon NAME [CONFIG]: waits until it listens.
start_daemon() {
  local name=$1 home=$work/$1
  install -d -m 700 -o $user -g $user "$work" "$home" "$home/home" "$home/run" "$home/home/.config" "$home/home/.config/keychain-auth"
  if [ $# -gt 1 ]; then
    printf '%s' "$2" > "$home/home/.config/keychain-auth/config.json"
    chown $user:$user "$home/home/.config/keychain-auth/config.json"
    chmod 600 "$home/home/.config/keychain-auth/config.json"
  fi
  mkfifo "$home/log"
  as_user $(of "$name") $tree/keychain-auth start > "$home/log" 2>&1 &
  pids[$name]=$!
  exec {reader}< "$home/log"
  local line
  while IFS= read -r -t 600 -u $reader line; do
    printf '%s\n' "$line" >> "$home/said"
    case $line in *' listens on '*) break ;; esac
  done
  cat <&$reader >> "$home/said" &
  exec {reader}<&-
  grep -q ' listens on ' "$home/said" || { fail "the daemon '$name' did not start: $(cat "$home/said")"; finish; }
  canary[$name]=canary-$name-$RANDOM$RANDOM$RANDOM
  local relay
  relay=$(install_program "$name" relay)
  cli "$name" register "$relay" --write vault > /dev/null
  printf '{"type":"REQUEST","action":"write","service":"vault","targets":["token"],"values":["%s"]}\n' "${canary[$name]}" \
    | as_user "$relay" "$(socket_of "$name")" | grep -q success || fail "the secret of '$name' could not be written"
}

stop_daemon() { kill "${pids[$1]}"; wait "${pids[$1]}"; }

# install_program NAME PROGRAM: a copy of its own in the user's place; prints its path.
install_program() {
  local place
  place=$(mktemp -d "$work/$1/home/XXXXXXXX")
  cp "$programs/$2" "$place/$2"
  chown -R $user:$user "$place"
  chmod 700 "$place" "$place/$2"
  echo "$place/$2"
}

# approve NAME [OPTION...]: a fresh approved program; prints its path.
approve() {
  local name=$1 path; shift
  path=$(install_program "$name" attack-approved)
  cli "$name" register "$path" --read vault "$@" > /dev/null 2> "$work/err" || fail "register: $(cat "$work/err")"
  echo "$path"
}

# successes NAME: of an attacker's output, read from standard input.
successes() { tee "$work/last" | grep -o -F "${canary[$1]}" | wc -l; }

reasons() { grep -o '"reason":"[a-z_]*"\|RECONNECT' "$work/last" | sed 's/.*:"//; s/"//' | sort | uniq -c | sort -rn | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }'; }

# honest NAME APPROVED [MODE]: how often it is served.
honest() { as_user "$2" "$(socket_of "$1")" many "${3:-once}" $tries | grep -c '^ok$'; }

# row NUMBER TEXT stops|limit|any NAIVE USER_MODE HONEST: enters the numbers and judges them.
row() {
  printf '%-4s %-66s %5s %6s %6s  %-10s %-11s %s\n' "$1" "$2" $tries "$4" "$5" "$6" "$3" "$(reasons)"
  [ "$4" = - ] || [ "$4" -gt 0 ] || [ "$3" = kernel ] || fail "row $1 does not even succeed against the naive control"
  case $3 in
    stops | kernel) [ "$5" -eq 0 ] || fail "row $1 succeeded $5 times" ;;
    limit) [ "$5" -gt 0 ] || fail "row $1 is called a limit and never succeeded" ;;
  esac
  [ "$6" = - ] || [ "$6" = $tries ] || fail "row $1: the honest program was served $6 of $tries times"
}

# attack NUMBER TEXT PROMISE ATTACKER [MORE...]: the common shape, on both daemons.
attack() {
  local number=$1 text=$2 promise=$3 attacker=$4 naive mode approved; shift 4
  approved=$(approve naive)
  naive=$(as_user $programs/$attacker "$(socket_of naive)" $tries "$approved" "$@" | successes naive)
  approved=$(approve real)
  mode=$(as_user $programs/$attacker "$(socket_of real)" $tries "$approved" "$@" | successes real)
  row "$number" "$text" "$promise" "$naive" "$mode" "$(honest real "$approved")"
}

# Runs a program over and over with a library of the user's own in it.
preload() { as_user bash -c 'for ((i = 0; i < $4; i++)); do LD_PRELOAD=$1 "$2" "$3" once; done' - "$2" "$3" "$(socket_of "$1")" $tries; }

attack_preload() {
  local number=$1 text=$2 promise=$3 library=$4 naive mode approved
  approved=$(approve naive)
  naive=$(preload naive "$(install_program naive "$library")" "$approved" | successes naive)
  approved=$(approve real)
  mode=$(preload real "$(install_program real "$library")" "$approved" | successes real)
  row "$number" "$text" "$promise" "$naive" "$mode" "$(honest real "$approved")"
}

heading() { say; say "$1"; printf '%-4s %-66s %5s %6s %6s  %-10s %-11s %s\n' row attack tries naive mode honest promise 'refused with'; }

begin() {
  declare -gA pids canary
  say "$(uname -s) $(uname -r), $(uname -m); $(systemctl --version | head -n 1); the daemon and all attackers are an ordinary user."
  start_daemon naive '{"plugins":{"verifier":"test-naive-verifier","directories":["/vm/plugins"]}}'
  start_daemon real
}

finish() {
  say
  [ $wrong -eq 0 ] && say "virtual machine: all as expected" || say "virtual machine: $wrong not as expected"
  exit $wrong
}
