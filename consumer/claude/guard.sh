#!/bin/sh
# Outlives a consumer that was killed, to end its agents: stdin is a pipe from the consumer, so
# `read` returns when that is gone, however it went. Then every process that carries the mark
# of a pid file in $1 gets 2 s to leave (a CLI flushes its transcript) and is killed; its tools'
# helpers (bubblewrap's socat) would stay for ever.
read -r _
[ -n "$(ls "$1"/*.pid 2>/dev/null)" ] || { rm -rf "$1"; exit 0; }
sleep 2
for pid_file in "$1"/*.pid; do
  [ -e "$pid_file" ] || continue
  # Thrice: a process that begins another program shows no environment in that moment, and one that
  # is killed may have started another meanwhile.
  for look in 1 2 3; do
    # -s: a process that has ended meanwhile, or another user's, is no news; -z: NUL ends a line.
    for environ in $(printf '%s\0' /proc/[0-9]*/environ |
        xargs -0 grep -lszxF "CAMPFIRE_AGENT_PID_FILE=$pid_file"); do
      process=${environ#/proc/}
      kill -KILL "${process%/environ}" 2>/dev/null
    done
  done
done
rm -rf "$1"
