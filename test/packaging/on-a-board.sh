#!/bin/bash
# on-a-board.sh PACKAGE.deb
# The whole life of the package on a real systemd: installed, started, reloaded, hung, misconfigured, upgraded, disabled,
# removed, purged. As root, on a board or virtual machine that may lose its replenish-agent, state and all.
# Needs no hardware, broker or network. Ends with 1 when anything was not as it shall be.
set -u
package=$1
. "${0%/*}/board-facts.sh"

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
fact what V8 makes of the program was kept -- test -s /usr/lib/replenish-agent/replenish-agent.cache
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

limits WatchdogSec=20
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
fact purging it takes both along, and what upgrades have kept -- sh -c \
  '! ls -d /etc/replenish-agent /var/lib/replenish-agent /usr/lib/replenish-agent* /usr/lib/systemd/system/replenish-agent*'
no_limits
exit $failed
