#!/bin/bash
# upgrades-on-a-board.sh PACKAGE.deb
# Upgrades of every kind on a real systemd: a version that becomes ready, and ones that never do, which the package takes
# back by itself; and upgrades while an order is out or in doubt. Newer versions are made of PACKAGE here.
# As root, on a board or virtual machine that may lose its replenish-agent, state and all. Needs no hardware, broker or
# network. Ends with 1 when anything was not as it shall be.
# Run on 2026-11-23 in two parts, up to `A request is out` and from there, with the amd64 package on Debian 12 (systemd 252)
# in QEMU without KVM: every fact was as told.
set -u
package=$1
here=$(cd "${0%/*}" && pwd)
. "$here/board-facts.sh"
lib=/usr/lib/replenish-agent
kept=$lib.previous
drop_in=/usr/lib/systemd/system/$unit.service.d/zz-previous-version.conf
stage=/run/board-test
first=$(dpkg-deb -f "$package" Version)
work=$(mktemp -d /var/tmp/upgrades-XXXXXX)
mkdir -p $stage
shop=
scale=
trap 'kill $shop $scale 2> /dev/null; rm -rf "$work"' EXIT

# make VERSION [LINE]: the package under another version, whose service begins with this line of JavaScript.
make() {
  local tree=$work/tree file
  rm -rf "$tree"
  dpkg-deb -R "$package" "$tree"
  sed -i "s/^Version: .*/Version: $1/" "$tree/DEBIAN/control"
  sed -i "s/'$first'/'$1'/; s/gt \"$first\"/gt \"$1\"/" "$tree/DEBIAN/preinst" "$tree/usr/sbin/replenish-agent-rollback"
  if [ -n "${2-}" ]; then sed -i "1a if (process.argv[2] === 'run') { $2 }" "$tree$lib/replenish-agent.mjs"; fi
  file=$work/$1.deb
  dpkg-deb -Znone -b "$tree" "$file" > /dev/null
  echo "$file"
}
# upgrade FILE: says what dpkg says, and whether it was content.
upgrade() {
  dpkg -i "$1" > "$work/said" 2>&1
  local ended=$?
  sed 's/^/      /' "$work/said"
  rm -f "$1"
  fact 'dpkg is content' -- [ $ended = 0 ]
}
is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}${Version}' $unit)" = "ii $1" ]; }
in_force() { replenish-agent-rollback --show | grep -q "^in force: *$1$"; }
program_is() { readlink "/proc/$(systemctl show -p MainPID --value $unit)/exe" | grep -q "^$1/node"; }
is_said() { grep -q "$1" "$work/said" && journalctl -b -t $unit | grep -q "$1"; }
rolled_back() {
  fact "$2 is installed, and $1 in force" -- eval "is_installed $2 && in_force $1"
  fact 'the service runs it' -- eval "shows ActiveState active && program_is $kept"
  fact 'people are told what happened, where, and what to type' -- is_said "$2 did not become ready: $3.*$1 is in force again.*--undo"
}

status() { replenish-agent status --json; }
posts() { [ "$(cat $stage/posts)" = "$1" ] && [ "$(cat $stage/purchases)" = "$2" ]; }
phase() { status | tr -d '\n ' | grep -q "\"phase\":\"$1\""; }
is_out() { status | grep -q '"waitingForAnswer": \[$'; }
in_doubt() { status | grep -q '"inDoubt": \[$'; }

dpkg -i "$package"
echo 90 > $stage/level
echo quick > $stage/shop
echo Atza-board > /etc/replenish-agent/token
chgrp $unit /etc/replenish-agent/token
chmod 640 /etc/replenish-agent/token
$lib/node "$here/stand-in-shop.mjs" $stage &
shop=$!
perl "$here/stand-in-scale.pl" $stage &
scale=$!
cat > "$config" << YAML
device: { id: board-test }
mqtt: { url: 'mqtt://127.0.0.1:1' }
replenish:
  url: 'http://127.0.0.1:8099'
  token: { source: file, file: /etc/replenish-agent/token }
  timeouts: { headers: 5m }
  retry: { first: 100s, max: 100s }
hardware: { scale: { driver: lines, port: $stage/scale, pattern: 'level=(?<value>\d+)' } }
slots:
  black:
    slotId: a
    sensor: { from: scale }
    calibration: { empty: 0, full: 100 }
    confirm: { samples: 3, for: 1s }
    maxOrders: { count: 9, per: 1d }
YAML
limits TimeoutStartSec=40
systemctl start $unit
fact 'it runs, and believes its sensor' -- phase stocked
fact 'nothing is kept before an upgrade' -- lacks ls -d "$kept"

echo '# A version that is as good'
upgrade "$(make 50.1-1)"
fact 'it is in force' -- eval 'is_installed 50.1-1 && in_force 50.1-1 && program_is $lib'
fact "the one before it is kept" -- grep -qx "$first" $kept/package-version
fact 'their runtime is on the disk once' -- [ $lib/node -ef $kept/node ]

echo '# One that ends at once'
upgrade "$(make 50.2-1 'process.exit(3);')"
rolled_back 50.1-1 50.2-1 'it ended with exit code 3'
fact 'systemctl status says so' -- sh -c "systemctl status $unit | grep -q 'version 50.1-1, in place of 50.2-1'"
process=$(systemctl show -p MainPID --value $unit)
systemctl restart $unit
fact 'it stays so after a restart' -- eval 'another_process $process && program_is $kept'
process=$(systemctl show -p MainPID --value $unit)
fact 'trying the bad one again ends where it began' -- replenish-agent-rollback --undo
fact 'in the good one' -- eval 'in_force 50.1-1 && another_process $process && program_is $kept'

echo '# One that finds mistakes in the configuration that the version in force, a kept one, did not'
upgrade "$(make 50.3-1 'process.exit(78);')"
rolled_back 50.1-1 50.3-1 'it ended with exit code 78'

echo '# One that never says that it is ready'
upgrade "$(make 50.4-1 'await new Promise(() => setInterval(() => {}, 1e6));')"
rolled_back 50.1-1 50.4-1 'it did not say in time'

echo '# A good one takes its turn all the same'
upgrade "$(make 50.5-1)"
fact 'it is in force' -- eval 'is_installed 50.5-1 && in_force 50.5-1 && program_is $lib'
fact 'no drop-in is left' -- lacks ls "$drop_in"
fact 'the version that was in force is kept' -- grep -qx 50.1-1 $kept/package-version

echo '# By hand, for one that fails later'
fact 'back' -- replenish-agent-rollback
fact 'the kept one runs' -- eval 'in_force 50.1-1 && program_is $kept'
fact 'commands are those of the version in force' -- sh -c "sh -x /usr/bin/replenish-agent --version 2>&1 | grep -q 'exec $kept/node'"
fact 'and forth' -- replenish-agent-rollback --undo
fact 'the installed one runs' -- eval 'in_force 50.5-1 && program_is $lib'
cp -a $kept/replenish-agent.mjs "$work/good.mjs"
rm $kept/replenish-agent.mjs
echo 'process.exit(5);' > $kept/replenish-agent.mjs
replenish-agent-rollback 2> "$work/said"
fact 'where the kept one does not become ready either, both are told' -- is_said 'Nor did version 50.1-1 become ready.*exit code 5'
fact 'and the installed one runs on' -- eval 'in_force 50.5-1 && shows ActiveState active && program_is $lib'
rm $kept/replenish-agent.mjs
cp -a "$work/good.mjs" $kept/replenish-agent.mjs

echo '# A request is out'
echo held > $stage/shop
next=$(make 50.6-1)
echo 5 > $stage/level
fact 'it is out' -- is_out
upgrade "$next"
fact 'its answer was waited for: one request, one order' -- eval 'posts 1 1 && phase on-order'
echo 95 > $stage/level
fact 'the slot is filled' -- phase stocked

echo '# An order in doubt'
echo silent > $stage/shop
next=$(make 50.7-1)
echo 5 > $stage/level
fact 'it is in doubt' -- eval 'in_doubt && posts 2 2'
upgrade "$next"
fact 'the new version has asked again, and bought nothing twice' -- eval 'posts 3 2 && phase on-order'
echo 95 > $stage/level
fact 'the slot is filled' -- phase stocked

echo '# One that never becomes ready, while an order is in doubt'
next=$(make 50.8-1 'process.exit(3);')
echo 5 > $stage/level
fact 'it is in doubt' -- eval 'in_doubt && posts 4 3'
upgrade "$next"
rolled_back 50.7-1 50.8-1 'it ended with exit code 3'
fact 'the old version has asked again, and bought nothing twice' -- eval 'posts 5 3 && phase on-order'
echo quick > $stage/shop

echo '# One that fails and has brought the state forward'
moved='const { DatabaseSync } = process.getBuiltinModule("node:sqlite"); const d = new DatabaseSync("/var/lib/replenish-agent/state.db"); d.exec("PRAGMA user_version = 99"); process.kill(process.pid, 9); await new Promise(() => {});'
upgrade "$(make 50.9-1 "$moved")"
fact 'people are told that there is no way back' -- is_said "50.9-1 did not become ready: signal 9 ended it.*state on disk is of version 99.*could order twice"
fact 'it is installed and in force, and goes on trying' -- eval 'is_installed 50.9-1 && in_force 50.9-1 && ! shows ActiveState failed'
replenish-agent-rollback 2> "$work/said"
fact 'nor by hand' -- is_said 'put aside by hand. Version 50.7-1 can.t take its place'
dpkg -i "$package" > "$work/said" 2>&1
fact 'an older package is refused, and nothing changed' -- eval "grep -q 'nothing was changed' $work/said && is_installed 50.9-1"
systemctl stop $unit
setpriv --reuid=$unit --regid=$unit --clear-groups $lib/node -e \
  "new (require('node:sqlite').DatabaseSync)('/var/lib/replenish-agent/state.db').exec('PRAGMA user_version = $(cat $kept/state-version)')"

echo '# Removing it while a request is out'
upgrade "$(make 51.0-1)"
fact 'a stopped service stays stopped' -- shows ActiveState inactive
systemctl start $unit
echo 95 > $stage/level
fact 'the slot is filled' -- phase stocked
echo held > $stage/shop
echo 5 > $stage/level
fact 'a request is out' -- is_out
before=$(cat $stage/posts)
dpkg -r $unit
dpkg -i "$package"
systemctl start $unit
fact 'its answer was waited for' -- eval 'phase on-order && [ "$(cat $stage/posts)" = "$before" ]'
dpkg -P $unit
fact 'purging leaves nothing' -- sh -c '! ls -d /etc/replenish-agent /var/lib/replenish-agent /usr/lib/replenish-agent* /usr/lib/systemd/system/replenish-agent*'
no_limits
exit $failed
