/** One thing that happened; put into words only when somebody reads it. */
type Moment = {
  readonly atMs: number;
  readonly slot: string;
  readonly what: string;
  readonly facts: readonly (string | number | null)[];
  readonly state: string;
};

const KEPT = 60;
const HOUR_MS = 3_600_000;

/** The last things that happened on a device, to be read when something went wrong. */
export class Timeline {
  readonly #moments: Moment[] = [];
  #next = 0;

  add(moment: Moment): void {
    this.#moments[this.#next] = moment;
    this.#next = (this.#next + 1) % KEPT;
  }

  lines(): readonly string[] {
    const inOrder = [...this.#moments.slice(this.#next), ...this.#moments.slice(0, this.#next)];
    return inOrder.map(
      ({ atMs, slot, what, facts, state }) =>
        `${clockFace(atMs)}  ${slot.padEnd(6)} ${[what, ...facts.filter((fact) => fact !== null)].join(' ').padEnd(70)}  ${state}`,
    );
  }
}

/** Day and time of day since the world began. */
export function clockFace(atMs: number): string {
  const day = Math.floor(atMs / (24 * HOUR_MS));
  const restMs = atMs - day * 24 * HOUR_MS;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const time = `${two(restMs / HOUR_MS)}:${two((restMs / 60_000) % 60)}:${two((restMs / 1000) % 60)}`;
  return `day ${String(day).padStart(3)} ${time}.${String(restMs % 1000).padStart(3, '0')}`;
}
