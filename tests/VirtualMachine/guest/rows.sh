# A kernel before 6.5 gives no pidfd of a peer.
says() { if grep -q -- "$2" "$work/real/said"; then say "the daemon says: $1"; else fail "the daemon does not say: $1"; fi; }

says 'This kernel is older than 6.5 and gives no handle of a peer process' 'This kernel is older than 6.5'
says 'a process number that is reused between accept and verification is found less surely' 'found less surely'
honest_one=$(approve real)
as_user "$honest_one" "$(socket_of real)" once > /dev/null

heading "Linux before 6.5: who is at the other end, without SO_PEERPIDFD"

broker_approved=$(install_program naive attack-approved)
broker_socket=$work/naive/broker.sock
coproc BROKER { as_user $programs/attack-naive-broker "$broker_socket" "$broker_approved" "${canary[naive]}"; }
read -r -t 60 -u "${BROKER[0]}" line
[ "$line" = listens ] || fail "the naive broker does not listen"

# Row 2: root plays chance and hands out process numbers.
reuse() { $programs/attack-pid-reuse "$1" $tries "$2" $user; }
naive=$(reuse "$broker_socket" "$broker_approved" | successes naive)
approved=$(approve real)
mode=$(reuse "$(socket_of real)" "$approved" | successes real)
row 2 'dies, and an approved program gets its number (version 1)' limit "$naive" "$mode" "$(honest real "$approved")"
approved=$(approve real --protocol 2)
mode=$(reuse "$(socket_of real)" "$approved" | successes real)
row 2 'the same, and the approved program speaks version 2' stops "$naive" "$mode" "$(honest real "$approved" hello)"

approved=$(approve real)
naive=$(as_user $programs/attack-handover "$broker_socket" $tries "$broker_approved" child | successes naive)
mode=$(as_user $programs/attack-handover "$(socket_of real)" $tries "$approved" child | successes real)
row 4a 'a child writes on the approved connection' stops "$naive" "$mode" "$(honest real "$approved")"
approved=$(approve real)
naive=$(as_user $programs/attack-handover "$broker_socket" $tries "$broker_approved" passed | successes naive)
mode=$(as_user $programs/attack-handover "$(socket_of real)" $tries "$approved" passed | successes real)
row 4b 'a process that was passed the socket writes on it' stops "$naive" "$mode" "$(honest real "$approved")"
eval "exec ${BROKER[1]}>&-"
wait "$BROKER_PID"

approved=$(approve naive)
naive=$(as_user $programs/attack-handover "$(socket_of naive)" $tries "$approved" queued | successes naive)
approved=$(approve real --protocol 2)
mode=$(as_user $programs/attack-handover "$(socket_of real)" $tries "$approved" queued | successes real)
row 3c 'asks, then execs an approved program that speaks version 2' stops "$naive" "$mode" "$(honest real "$approved" hello)"
attack 5 'signs as the approved program, in its own user and pid namespace' stops attack-handover forged
attack 6 'mounts itself over the approved path, in its own namespace' stops attack-mount "$programs/stranger"
attack_preload 8a 'a library in the approved program by LD_PRELOAD' stops intruder.so
attack 10 "forges its executable's name, running library code only" limit attack-forged-exe

start_daemon strict
sed -i '0,/{/ s/{/{"unattributed":"refuse",/' "$work/strict/home/.config/keychain-auth/config.json"
approved=$(approve strict)
mode=$(reuse "$(socket_of strict)" "$approved" | successes strict)
row 2 'dies, and an approved program gets its number, "unattributed": "refuse"' stops - "$mode" "$(honest strict "$approved" patient)"
mode=$(as_user $programs/attack-handover "$(socket_of strict)" $tries "$approved" queued | successes strict)
row 3b 'asks, then execs an approved program, "unattributed": "refuse"' stops - "$mode" -
stop_daemon strict
