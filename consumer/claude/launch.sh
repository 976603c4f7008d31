#!/bin/sh
# Starts the Claude CLI: only the variables named in CAMPFIRE_AGENT_KEEP, in a session (and so
# a process group) of its own, under the process id it writes to CAMPFIRE_AGENT_PID_FILE.
# Own group: Ctrl-C on `make run` reaches the consumer alone, which then closes us in order.
cli=$CAMPFIRE_AGENT_CLI
for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
  case " $CAMPFIRE_AGENT_KEEP CAMPFIRE_AGENT_KEEP PATH " in
    *" $name "*) ;;
    *) unset "$name" 2>/dev/null || : ;;
  esac
done
unset CAMPFIRE_AGENT_KEEP
echo $$ >"$CAMPFIRE_AGENT_PID_FILE"
if command -v setsid >/dev/null; then
  exec setsid "$cli" "$@"
fi
exec "$cli" "$@"
