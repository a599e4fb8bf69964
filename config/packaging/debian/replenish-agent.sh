#!/bin/sh
# The installed program, on the runtime that it was tested with. Its own defaults find the installed service:
# /etc/replenish-agent/agent.yaml, /run/replenish-agent, /var/lib/replenish-agent.
set -e
lib=/usr/lib/replenish-agent
# Whichever version the service runs.
if [ -e /usr/lib/systemd/system/replenish-agent.service.d/zz-previous-version.conf ]; then lib=$lib.previous; fi
user=replenish-agent
case "${1-}" in
  status | watch | doctor | order | commission | resolve | rearm | snooze | register | deregister)
    # With sudo these are done as the user of the service: a file of root's in the state would lock the service out,
    # and what root may open says nothing about what the service may.
    if [ "$(id -u)" = 0 ] && getent passwd "$user" > /dev/null; then
      exec setpriv --reuid="$user" --regid="$user" --init-groups "$lib/node" "$lib/replenish-agent.mjs" "$@"
    fi
    ;;
esac
exec "$lib/node" "$lib/replenish-agent.mjs" "$@"
