#!/bin/sh
# replenish-agent-rollback: whether the service runs the installed version, or the one that an upgrade has replaced.
# preinst keeps that one in $kept. What puts it in force is a drop-in for the unit, so that it stays after a boot; without
# the drop-in the installed one is. The state on disk is never put back: what it has forgotten would be bought twice.
set -u
unit=replenish-agent.service
user=replenish-agent
lib=/usr/lib/replenish-agent
kept=/usr/lib/replenish-agent.previous
drop_in=/usr/lib/systemd/system/replenish-agent.service.d/zz-previous-version.conf
state=/var/lib/replenish-agent/state.db
installed='@VERSION@'
previous=$(cat "$kept/package-version" 2> /dev/null || true)
# Three vain starts are enough to know, and two minutes are; one that is ready has to be so for a moment.
ready_s=120
tries_max=3
settle_s=10

usage='replenish-agent-rollback           puts the version before the last upgrade in force, with the state as it is
replenish-agent-rollback --undo    puts the installed version in force again, if it becomes ready
replenish-agent-rollback --show    says which is in force'

# say PRIORITY SENTENCE: to whoever installs, and to the journal, where nobody looked on.
say() {
  echo "replenish-agent: $2" >&2
  echo "$2" | systemd-cat --identifier=replenish-agent --priority="$1" 2> /dev/null || true
}

property() { systemctl show --property="$1" --value "$unit" 2> /dev/null; }
is_kept_in_force() { [ -e "$drop_in" ]; }
uptime_s() { cut -d. -f1 /proc/uptime; }

# The last words of what has just failed, for a terminal: the journal has them all.
last_words() {
  [ -n "$failed" ] || return 0
  journalctl --quiet --lines=5 --output=cat --no-pager "_SYSTEMD_INVOCATION_ID=$failed" 2> /dev/null |
    cut -c1-400 | sed 's/^/    /' >&2
}

# What came of a start: the next one, a moment later, wipes it out of what systemd tells.
look() {
  # In one question: the answers belong together.
  facts=$(systemctl show --property=Result --property=ExecMainStatus --property=InvocationID "$unit" 2> /dev/null)
  case "$facts" in *Result=success*) return 1 ;; esac
  outcome=$(fact Result)
  status=$(fact ExecMainStatus)
  failed=$(fact InvocationID)
}
fact() { echo "$facts" | sed -n "s/^$1=//p"; }

becomes_ready() {
  outcome=
  failed=
  end_s=$(($(uptime_s) + ready_s))
  while [ "$(uptime_s)" -lt "$end_s" ]; do
    case "$(property ActiveState)" in
      active)
        process=$(property MainPID)
        sleep "$settle_s"
        if [ "$(property ActiveState)" = active ] && [ "$(property MainPID)" = "$process" ]; then return 0; fi
        ;;
      failed | inactive) break ;;
    esac
    look || true
    restarts=$(property NRestarts)
    [ "${restarts:-0}" -lt "$tries_max" ] || break
    sleep 1
  done
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if look || [ -n "$outcome" ]; then break; fi
    sleep 0.5
  done
  return 1
}

what_happened() {
  case "$outcome" in
    exit-code) echo "it ended with exit code $status" ;;
    signal | core-dump) echo "signal $status ended it" ;;
    oom-kill) echo 'it took more memory than it may' ;;
    timeout) echo 'it did not say in time that it is ready' ;;
    watchdog) echo 'it hung' ;;
    *) echo "it was not ready in $ready_s s" ;;
  esac
}

# How many steps the state has gone through. Asked of SQLite, whose log may hold the last one; else read from the head of
# the file: user_version is four bytes from the 60th on, the most significant first.
written_version() {
  [ -e "$state" ] || { echo 0; return; }
  setpriv --reuid="$user" --regid="$user" --clear-groups timeout 20 "$kept/node" -e '
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1], { readOnly: true });
    console.log(database.prepare("PRAGMA user_version").get().user_version);' "$state" 2> /dev/null ||
    od -An -tu1 -j60 -N4 "$state" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

# Whether the state is as the kept version knows it. One that does not say how far it knows finds out by itself.
knows_state() {
  known=$(cat "$kept/state-version" 2> /dev/null || true)
  written=$(written_version)
  [ -z "$known" ] || [ "${written:-0}" -le "$known" ]
}

# A request that is out is waited for, with the program that has sent it.
await_answers() {
  program=$lib
  if [ -e "$kept/node" ] && { [ "$1" = upgraded ] || is_kept_in_force; }; then program=$kept; fi
  "$lib/await-answers" 20 setpriv --reuid="$user" --regid="$user" --init-groups \
    "$program/node" "$program/replenish-agent.mjs" status --json
}

put_kept_in_force() {
  start=$(sed -n "/^ExecStart=/{s|$lib/|$kept/|g;p}" "$kept/$unit")
  [ -n "$start" ] || return 1
  mkdir -p "${drop_in%/*}"
  printf '%s\n' \
    "# Written by replenish-agent-rollback, which takes it away again (--undo); so does the next upgrade." \
    '[Unit]' "Description=Replenish agent: version $previous, in place of $installed" \
    '[Service]' 'ExecStart=' "$start" > "$drop_in.new" &&
    sync "$drop_in.new" && mv "$drop_in.new" "$drop_in" && systemctl daemon-reload
}

put_installed_in_force() {
  rm -f "$drop_in" "$drop_in.new"
  rmdir "${drop_in%/*}" 2> /dev/null || true
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
}

# go_back REASON: 0 when the kept version is in force and, unless somebody has stopped the service, ready.
go_back() {
  if [ -z "$previous" ]; then
    say err "$1 There is no version to go back to: see journalctl -u replenish-agent, or install another version with apt."
    return 1
  fi
  if ! knows_state; then
    say err "$1 Version $previous can't take its place: the state on disk is of version $written, and it knows up to $known. An older copy of the state is not put back, which could order twice: the service stays with $installed. See journalctl -u replenish-agent; what helps is a newer version."
    return 1
  fi
  is_stopped=$([ "$(property ActiveState)" != inactive ] || echo yes)
  if ! put_kept_in_force; then
    put_installed_in_force
    say err "$1 Version $previous could not be put in its place: is the disk full (df -h)?"
    return 1
  fi
  if [ -n "$is_stopped" ]; then
    say notice "$1 Version $previous is in force from the next start on; the service is stopped."
    return 0
  fi
  systemctl restart "$unit" > /dev/null 2>&1 || true
  if becomes_ready; then
    say warning "$1 Version $previous is in force again, with state and configuration as they are. The next upgrade tries the newest version; to try $installed again: sudo replenish-agent-rollback --undo"
    return 0
  fi
  second=$(what_happened)
  put_installed_in_force
  systemctl --no-block restart "$unit" > /dev/null 2>&1 || true
  say err "$1 Nor did version $previous become ready in its place: $second. The service stays with $installed. See journalctl -u replenish-agent."
  return 1
}

# take_over upgraded|undo: the installed version takes the place of what runs, and gives it back if it does not become
# ready where the other one was.
take_over() {
  was=$(property ActiveState)
  before=$(property InvocationID)
  case "$was" in active | reloading) await_answers "$1" ;; esac
  put_installed_in_force
  [ -d /run/systemd/system ] || return 0
  deb-systemd-invoke try-restart "$unit" > /dev/null 2>&1 || true
  case "$was" in active | reloading) ;; *) return 0 ;; esac
  # Not restarted: whoever runs this machine wants it so (policy-rc.d), or it is going down.
  invocation=$(property InvocationID)
  if [ "$invocation" = "$before" ] || [ "$(systemctl is-system-running 2> /dev/null)" = stopping ]; then return 0; fi
  becomes_ready && return 0
  reason="Version $installed did not become ready: $(what_happened)."
  last_words
  go_back "$reason"
}

only_for_root() {
  if [ "$(id -u)" != 0 ] || [ ! -d /run/systemd/system ]; then
    echo 'Only for root, where systemd runs: type sudo before it.' >&2
    exit 1
  fi
}

case "${1-}" in
  '')
    only_for_root
    if is_kept_in_force; then echo "Version $previous is in force already." >&2; exit 1; fi
    case "$(property ActiveState)" in active | reloading) await_answers by-hand ;; esac
    go_back "Version $installed was put aside by hand."
    ;;
  --undo)
    only_for_root
    if ! is_kept_in_force; then echo "Version $installed is in force already." >&2; exit 1; fi
    take_over undo
    ;;
  --upgraded)
    # What postinst asks for.
    take_over upgraded
    ;;
  --show)
    if is_kept_in_force; then echo "in force:  $previous"; else echo "in force:  $installed"; fi
    echo "installed: $installed"
    echo "kept:      ${previous:-none}"
    ;;
  --help) echo "$usage" ;;
  *)
    echo "$usage" >&2
    exit 2
    ;;
esac
