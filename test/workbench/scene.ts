/** One container of the machine, and how fast it is used up. */
export type SceneSlot = {
  /** Name in the configuration, in topics and of the channel. */
  readonly key: string;
  /** For people. */
  readonly name: string;
  /** As it would be registered with DRS. */
  readonly slotId: string;
  /** What it is, said in the configuration. */
  readonly sensor: string;
  /** The analog pin that it is wired to: 0 for A0. */
  readonly pin: number;
  /** Voltages; a sensor whose voltage rises while the container empties has the larger one at `emptyVolts`. */
  readonly emptyVolts: number;
  readonly fullVolts: number;
  readonly startPercent: number;
  /** Percent of the container that is used in a second. */
  readonly drainPercentPerS: number;
};

export const DEVICE_ID = 'coffee-corner';
export const TOPIC_PREFIX = 'replenish';
const SUPPLY_VOLTS = 5;
export const REORDER_AT_PERCENT = 20;
export const REARM_AT_PERCENT = 60;

/** A coffee machine in an office, sped up so that days pass in seconds. */
export const SLOTS: readonly SceneSlot[] = [
  {
    key: 'beans',
    name: 'Coffee beans',
    slotId: 'CoffeeBeans',
    sensor: 'a load cell with an amplifier under the hopper',
    pin: 0,
    emptyVolts: 0.5,
    fullVolts: 4.5,
    startPercent: 34,
    drainPercentPerS: 2.2,
  },
  {
    key: 'milk',
    name: 'Oat milk',
    slotId: 'OatMilk',
    sensor: 'a distance sensor in the lid: the further away the surface, the higher the voltage',
    pin: 1,
    emptyVolts: 4.4,
    fullVolts: 0.8,
    startPercent: 71,
    drainPercentPerS: 1.5,
  },
  {
    key: 'filter',
    name: 'Water filter',
    slotId: 'WaterFilter',
    sensor: 'a pressure sensor before the filter: the more it is clogged, the higher the voltage',
    pin: 2,
    emptyVolts: 4,
    fullVolts: 1,
    startPercent: 64,
    drainPercentPerS: 0.9,
  },
  {
    key: 'tablets',
    name: 'Cleaning tablets',
    slotId: 'Cleaning tablets',
    sensor: 'a spring with a potentiometer under the tablets',
    pin: 3,
    emptyVolts: 1.2,
    fullVolts: 3.8,
    startPercent: 88,
    drainPercentPerS: 0.6,
  },
];

/** Where things are in this run. */
export type SceneAddresses = {
  readonly brokerUrl: string;
  readonly drsUrl: string;
  /** Device file of the board. */
  readonly port: string;
};

/** The agent's configuration for the workbench. Pure. */
export function sceneConfig({ brokerUrl, drsUrl, port }: SceneAddresses): string {
  return `# The agent in the workbench runs on this file, and it is gone when the workbench ends.
# Change something while it runs, then send the agent a SIGHUP: a good file is taken up, a bad one is refused.
# A real one looks the same with longer times: see config/agent.example.yaml.

device:
  id: ${DEVICE_ID}
  name: Coffee corner

mqtt:
  url: ${brokerUrl}         # the workbench's own broker; a real one has mqtts://
  topicPrefix: ${TOPIC_PREFIX}
  deadband: 0.5%            # real: 1% or more, so that drifting levels cost no traffic

replenish:
  url: ${drsUrl}            # the DRS sandbox; the real one is https://dash-replenishment-service-na.amazon.com
  token: { source: mqtt }   # asked for on token/request; the workbench plays the maker's cloud and answers
  retry: { first: 500ms, max: 5s }   # shortened; real: 2s and 15m

hardware:
  board:
    driver: firmata           # an Arduino Uno with StandardFirmata; here it is simulated, and the firmware is real
    port: ${JSON.stringify(port)}   # a pseudo-terminal; a real board: /dev/serial/by-id/...
    samplingInterval: 250ms   # shortened; real: 1s
    channels:                 # raw values are ADC counts: 0 is 0 V, 1023 is 5 V
${SLOTS.map(({ key, pin }) => `      ${key}: { kind: analog, pin: A${pin} }`).join('\n')}

slots:
${SLOTS.map(slotConfig).join('\n')}`;
}

/** What an Arduino Uno makes of a voltage: ten bits of its supply. */
export function countsAt(volts: number): number {
  return Math.floor((volts / SUPPLY_VOLTS) * 1024);
}

function slotConfig(slot: SceneSlot): string {
  return `  ${slot.key}:
    name: ${slot.name}
    slotId: ${slot.slotId}
    sensor: { from: board, channel: ${slot.key} }
    calibration: { empty: ${countsAt(slot.emptyVolts)}, full: ${countsAt(slot.fullVolts)} }   # ${slot.sensor}
    reorderAt: ${REORDER_AT_PERCENT}%
    rearmAt: ${REARM_AT_PERCENT}%
    confirm: { samples: 5, for: 2s }   # shortened; real: 30s or more
    staleAfter: 3s                     # shortened; real: 60s
`;
}
