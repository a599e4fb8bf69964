#!/bin/sh
# Lets V8 keep what it makes of the program, for a quicker start of the service: with the service's own flags, which the
# unit names. Made where it is installed, because it fits one runtime and one kind of processor only. Not as root, nor as
# the service's user, whose cache would be root's program at the next `sudo replenish-agent check`: Debian gives the
# number 65533 to nobody. Nothing hangs on it, and it ends in a minute.
set -eu
lib=/usr/lib/replenish-agent
unit=/usr/lib/systemd/system/replenish-agent.service
nobody=65533
flags=$(sed -n "s|^ExecStart=.* $lib/node \(.*\)$lib/replenish-agent.mjs .*|\1|p" "$unit")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 711 "$work"
install -d -o "$nobody" -g "$nobody" -m 700 "$work/made"
ln -s "$lib/replenish-agent.mjs" "$work/made/replenish-agent.mjs"
# shellcheck disable=SC2086 # flags are words
env -i PATH="$PATH" TMPDIR="$work/made" timeout --kill-after=5 60 \
  setpriv --reuid="$nobody" --regid="$nobody" --clear-groups --no-new-privs \
  "$lib/node" $flags "$lib/keep-code.mjs" "$work/made/replenish-agent.mjs" > /dev/null 2>&1
[ -f "$work/made/replenish-agent.cache" ] && [ ! -L "$work/made/replenish-agent.cache" ]
install -m 644 "$work/made/replenish-agent.cache" "$lib/replenish-agent.cache.new"
mv "$lib/replenish-agent.cache.new" "$lib/replenish-agent.cache"
