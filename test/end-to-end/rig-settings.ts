/** Part of a configuration, laid over another. */
export type Settings = { readonly [key: string]: unknown };

export type SlotPlan = {
  /** Default: the slot's name. */
  readonly slotId?: string;
  /** Which board it is read from; default the first. */
  readonly board?: number;
  readonly settings?: Settings;
};

/** What the agent is told of its surroundings. */
export type Surroundings = {
  readonly slots: Readonly<Record<string, SlotPlan>>;
  readonly brokerUrl: string;
  readonly drsUrl: string;
  /** null when tokens come over MQTT. */
  readonly tokenPath: string | null;
  /** Device files, in the order of the boards. */
  readonly ports: readonly string[];
};

/** Percent -> raw: the rig's sensors read 0 when empty and 1000 when full. */
export const RAW_PER_PERCENT = 10;
export const FULL_RAW = 100 * RAW_PER_PERCENT;

/** Quick to confirm and to retry; everything else is the program's own default. */
export function rigSettings({ slots, brokerUrl, drsUrl, tokenPath, ports }: Surroundings): Settings {
  return {
    device: { id: 'rig' },
    mqtt: { url: brokerUrl, deadband: '0.05%' },
    replenish: {
      url: drsUrl,
      token: tokenPath === null ? { source: 'mqtt' } : { source: 'file', file: tokenPath },
      retry: { first: '500ms', max: '5s' },
      timeouts: { connect: '2s', headers: '10s', body: '2s' },
    },
    hardware: Object.fromEntries(
      ports.map((port, index) => [
        `board${index}`,
        { driver: 'lines', port, pattern: String.raw`slot=(?<channel>\S+) raw=(?<value>\S+)` },
      ]),
    ),
    slots: Object.fromEntries(
      Object.entries(slots).map(([name, plan]) => [
        name,
        merge(slotSettings(name, plan), plan.settings ?? {}),
      ]),
    ),
  };
}

function slotSettings(name: string, plan: SlotPlan): Settings {
  return {
    slotId: plan.slotId ?? name,
    sensor: { from: `board${plan.board ?? 0}`, channel: name },
    calibration: { empty: 0, full: FULL_RAW },
    confirm: { samples: 3, for: '0s' },
    filter: { median: 1 },
  };
}

/** A slot that is only there to tell how far the agent has read on a board. */
export function witnessOf(board: number): string {
  return `witness${board}`;
}

/** One witness for each board, always full. */
export function witnesses(boards: number): Readonly<Record<string, SlotPlan>> {
  const settings = { valid: { max: FULL_RAW } };
  return Object.fromEntries(
    Array.from({ length: boards }, (_, board) => [witnessOf(board), { board, settings }]),
  );
}

/** Lays `change` over `settings`, map by map; `undefined` takes a setting away. */
export function merge(settings: Settings, change: Settings): Settings {
  const merged = new Map(Object.entries(settings));
  for (const [key, value] of Object.entries(change)) {
    const before = merged.get(key);
    merged.set(key, isSettings(before) && isSettings(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
