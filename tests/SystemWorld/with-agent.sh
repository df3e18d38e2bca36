#!/bin/sh
# Runs a program with an authentication agent that types a password for it.
# usage: with-agent.sh PASSWORD LOG PROGRAM [ARGUMENT...]
password=$1 log=$2
shift 2
fifo=$(mktemp -u "${log%/*}/agent.XXXXXX")
mkfifo "$fifo"
/usr/bin/python3 "${0%/*}/polkit-agent.py" "$password" "$log" > "$fifo" 2>> "$log" < /dev/null &
IFS= read -r said < "$fifo"
rm "$fifo"
[ "$said" = registered ] || { cat "$log" >&2; exit 99; }
exec "$@"
