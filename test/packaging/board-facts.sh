# Read by the scripts that try the package on a board: how a fact is told, and what they ask systemd.
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

# limits LINES: of the unit, until the next boot at the latest.
limits() {
  mkdir -p /run/systemd/system/$unit.service.d
  printf '[Service]\n%s\n' "$1" > /run/systemd/system/$unit.service.d/short.conf
  systemctl daemon-reload
}
no_limits() {
  rm -rf /run/systemd/system/$unit.service.d
  systemctl daemon-reload
}
