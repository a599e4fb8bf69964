/** One container of the machine, and how fast it is used up. */
export type SceneSlot = {
  /** Name in the configuration, in topics and on the board's lines. */
  readonly key: string;
  /** For people. */
  readonly name: string;
  /** As it would be registered with DRS. */
  readonly slotId: string;
  readonly unit: string;
  /** How the sensor counts, said in the configuration. */
  readonly sensor: string;
  /** Raw values; a sensor that counts upwards while the container empties has the larger one at `empty`. */
  readonly empty: number;
  readonly full: number;
  readonly startPercent: number;
  /** Percent of the container that is used in a second. */
  readonly drainPercentPerS: number;
};

export const DEVICE_ID = 'coffee-corner';
export const TOPIC_PREFIX = 'replenish';
export const REORDER_AT_PERCENT = 20;
export const REARM_AT_PERCENT = 60;

/** A coffee machine in an office, sped up so that days pass in seconds. */
export const SLOTS: readonly SceneSlot[] = [
  {
    key: 'beans',
    name: 'Coffee beans',
    slotId: 'CoffeeBeans',
    unit: 'g',
    sensor: 'a load cell under the hopper, grams with the hopper itself',
    empty: 180,
    full: 1180,
    startPercent: 40,
    drainPercentPerS: 2.2,
  },
  {
    key: 'milk',
    name: 'Oat milk',
    slotId: 'OatMilk',
    unit: 'mm',
    sensor: 'an ultrasonic sensor in the lid: the further away the surface, the emptier',
    empty: 240,
    full: 40,
    startPercent: 71,
    drainPercentPerS: 1.5,
  },
  {
    key: 'filter',
    name: 'Water filter',
    slotId: 'WaterFilter',
    unit: 'l',
    sensor: 'a flow meter: litres since the filter was changed',
    empty: 50,
    full: 0,
    startPercent: 64,
    drainPercentPerS: 0.9,
  },
  {
    key: 'tablets',
    name: 'Cleaning tablets',
    slotId: 'Cleaning tablets',
    unit: 'g',
    sensor: 'a small scale',
    empty: 35,
    full: 155,
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
    driver: lines
    port: ${JSON.stringify(port)}   # a pseudo-terminal; a real board: /dev/serial/by-id/...
    baudRate: 115200
    # The board prints lines such as "beans 612.4 g".
    pattern: '(?<channel>[a-z]+) (?<value>-?\\d+(?:\\.\\d+)?) (?:g|mm|l)'

slots:
${SLOTS.map(slotConfig).join('\n')}`;
}

function slotConfig(slot: SceneSlot): string {
  return `  ${slot.key}:
    name: ${slot.name}
    slotId: ${slot.slotId}
    sensor: { from: board, channel: ${slot.key} }
    calibration: { empty: ${slot.empty}, full: ${slot.full} }   # ${slot.sensor}
    reorderAt: ${REORDER_AT_PERCENT}%
    rearmAt: ${REARM_AT_PERCENT}%
    confirm: { samples: 5, for: 2s }   # shortened; real: 30s or more
    staleAfter: 3s                     # shortened; real: 60s
`;
}
