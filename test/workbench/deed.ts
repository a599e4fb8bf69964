import * as v from 'valibot';
import { SLOTS } from './scene.ts';

/** What somebody at the dashboard can do to the world. */
export type Deed = v.InferOutput<typeof deed>;

/** How the world stands, as far as it is in somebody's hands. */
export type BenchState = {
  readonly isPlugged: boolean;
  readonly isNetworkUp: boolean;
  /** 1 is the scene's own pace. */
  readonly speed: number;
  readonly isAgentAlive: boolean;
  readonly slots: readonly { readonly key: string; readonly name: string }[];
};

const slot = v.picklist(SLOTS.map(({ key }) => key));
const deed = v.union([
  v.object({ does: v.picklist(['drain', 'refill']), slot }),
  v.object({ does: v.picklist(['plug', 'network', 'lose-answer', 'kill', 'speed']) }),
]);

/** Reads what a page asks for; null for anything else. Pure. */
export function readDeed(body: string): Deed | null {
  try {
    const read = v.safeParse(deed, JSON.parse(body));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
