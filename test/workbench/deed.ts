import * as z from 'zod/mini';
import { SLOTS } from './scene.ts';

/** What somebody at the dashboard can do to the world. */
export type Deed = z.infer<typeof deed>;

/** How the world stands, as far as it is in somebody's hands. */
export type BenchState = {
  readonly isPlugged: boolean;
  readonly isNetworkUp: boolean;
  /** 1 is the scene's own pace. */
  readonly speed: number;
  readonly isAgentAlive: boolean;
  readonly slots: readonly { readonly key: string; readonly name: string }[];
};

const slot = z.enum(SLOTS.map(({ key }) => key));
const deed = z.union([
  z.object({ does: z.enum(['drain', 'refill']), slot }),
  z.object({ does: z.enum(['plug', 'network', 'lose-answer', 'kill', 'speed']) }),
]);

/** Reads what a page asks for; null for anything else. Pure. */
export function readDeed(body: string): Deed | null {
  try {
    const read = deed.safeParse(JSON.parse(body));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
