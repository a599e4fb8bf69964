#!/bin/bash
# on-a-board.sh PACKAGE.deb
# The whole life of the package on a real systemd: installed, started, reloaded, hung, misconfigured, upgraded, disabled,
# removed, purged. As root, on a board or virtual machine that may lose its replenish-agent, state and all.
# Needs no hardware, broker or network. Ends with 1 when anything was not as it shall be.
set -u
package=$1
unit=replenish-agent
config=/etc/replenish-agent/agent.yaml
failed=0

if [ "$(id -u)" != 0 ] || [ -e "$config" ] || [ ! -d /run/systemd/system ]; then
  echo "Only as root, with systemd, and where there is no $config that could be lost." >&2
  exit 2
fi

# fact WORDS... -- COMMAND...: the command succeeds within two minutes.
fact() {
  local said=''
  while [ "$1" != -- ]; do said="$said $1"; shift; done
  shift
  for _ in $(seq 120); do
    if "$@" > /dev/null 2>&1; then echo "ok  $said"; return; fi
    sleep 1
  done
  echo "FAIL$said"
  failed=1
}
shows() { [ "$(systemctl show -p "$1" --value $unit)" = "$2" ]; }
says() { systemctl show -p StatusText --value $unit | grep -q "$1"; }
lacks() { ! "$@"; }
another_process() { [ "$(systemctl show -p MainPID --value $unit)" != "$1" ] && shows ActiveState active; }

write_config() {
  cat > "$config" << YAML
device: { id: board-test }
mqtt: { url: 'mqtt://127.0.0.1:1', username: a, passwordFile: mqtt-password }
replenish: { url: 'https://127.0.0.1:1', dryRun: true }
hardware:
  none: { driver: lines, port: /dev/no-such-port, pattern: '(?<value>\d+)' }
  floats: { driver: gpio, chip: no-such-chip, channels: { tank: { line: 1 } } }
slots:
  black: { slotId: a, sensor: { from: none }, calibration: { empty: 0, full: 9 } }
YAML
}

dpkg -i "$package"
fact it is enabled, and without a configuration it waits -- systemctl is-enabled $unit
fact nothing has started -- shows ActiveState inactive
fact its user is in the groups of the devices -- sh -c "id -nG $unit | grep -q 'dialout.*gpio\|gpio.*dialout'"
write_config
fact what root writes there is for the group of the service -- sh -c "[ \$(stat -c %G $config) = $unit ]"
systemctl start $unit
fact it is ready with no broker, no hardware and no password -- shows ActiveState active
fact it says what it sees -- says 'no broker; none is failed; floats is failed'
fact its native part for GPIO can be loaded -- sh -c "! journalctl -b -u $unit | grep -q 'could not be loaded'"
fact its log has levels -- sh -c "journalctl -b -u $unit -p warning | grep -q no-such-port"
fact people reach it -- replenish-agent status
systemctl reload $unit
fact it is in force again after a reload -- shows SubState running

mkdir -p /run/systemd/system/$unit.service.d
printf '[Service]\nWatchdogSec=20\n' > /run/systemd/system/$unit.service.d/short.conf
systemctl daemon-reload
systemctl restart $unit
sleep 45
fact its vain tries keep a watchdog of 20 s content -- shows NRestarts 0
kill -STOP "$(systemctl show -p MainPID --value $unit)"
fact one that hangs is started again -- shows NRestarts 1
fact and is ready again -- shows ActiveState active
process=$(systemctl show -p MainPID --value $unit)
kill -KILL "$process"
fact one that is killed is started again -- another_process "$process"

echo 'nothing: useful' > "$config"
systemctl restart $unit
fact mistakes in the configuration end it with 78 -- shows ExecMainStatus 78
sleep 5
fact and it is not started again -- shows ActiveState failed
write_config
systemctl restart $unit
fact it runs again when they are mended -- shows ActiveState active

process=$(systemctl show -p MainPID --value $unit)
echo '# mine' >> /etc/replenish-agent/agent.example.yaml
dpkg -i "$package"
fact what ran runs on after an upgrade -- another_process "$process"
fact a changed sample stays -- grep -q '# mine' /etc/replenish-agent/agent.example.yaml
systemctl disable --now $unit
dpkg -i "$package"
fact disabled stays disabled -- lacks systemctl is-enabled $unit
fact stopped stays stopped -- shows ActiveState inactive
dpkg -r $unit
fact removing it keeps state and configuration -- test -e /var/lib/replenish-agent/state.db -a -e "$config"
dpkg -P $unit
fact purging it takes both along -- sh -c '! ls -d /etc/replenish-agent /var/lib/replenish-agent /usr/lib/replenish-agent'
rm -rf /run/systemd/system/$unit.service.d
systemctl daemon-reload
exit $failed
