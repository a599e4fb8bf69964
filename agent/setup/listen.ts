import { QUESTIONS } from '../../hardware/firmata/firmata-message.ts';
import type { OpenPort, SerialPort } from '../../hardware/serial/serial-port.ts';
import type { Timing } from '../../hardware/timing.ts';
import { type Recognised, recognise } from './recognise.ts';

/** What was heard on a port. */
export type Heard = {
  /** Null when nothing came that a driver reads. */
  readonly recognised: Recognised | null;
  /** Speed at which that was heard; null without it. */
  readonly baudRate: number | null;
  /** Bytes at all speeds together. */
  readonly bytes: number;
  /** Why the port could not be listened to, as a sentence with the remedy; null when it could. */
  readonly error: string | null;
};

export type ListenDeps = { readonly openPort: OpenPort; readonly timing: Timing };

/** The speeds of nearly all sensors, the likeliest first. Boards with USB of their own do not care. */
export const USUAL_SPEEDS: readonly number[] = [9600, 57_600, 115_200];

/** More is not needed to know a format. */
const HEARD_BYTES_MAX = 8192;
/** So much evidence at one speed makes the others needless. */
const EVIDENCE_ENOUGH = 2;
/** Firmata is silent until it is asked. Some boards start anew when their port is opened, which takes two seconds. */
const QUESTIONS_AFTER_MS: readonly number[] = [0, 1_000, 2_000];
/** Sensors are not asked: what they make of a question is not known. */
const SPEEDS_WITH_QUESTIONS: readonly number[] = [57_600, 115_200];

/**
 * Listens to a port at one speed after the other until it is known what speaks there. Where nothing came by itself, the
 * question of Firmata is sent, and nothing else ever. Never rejects.
 *
 * @param windowMs how long at each speed; twice as long where lines of text come in.
 */
export async function listen(
  path: string,
  speeds: readonly number[],
  windowMs: number,
  deps: ListenDeps,
): Promise<Heard> {
  let best: { readonly recognised: Recognised; readonly baudRate: number } | null = null;
  let bytes = 0;
  for (const baudRate of speeds) {
    const opened = await deps.openPort({ path, baudRate });
    if (!opened.ok) {
      if (best === null) return { recognised: null, baudRate: null, bytes, error: opened.error };
      break;
    }
    const isAsked = SPEEDS_WITH_QUESTIONS.includes(baudRate) && bytes === 0;
    const heard = await hear(opened.port, { baudRate, windowMs, isAsked }, deps.timing);
    await opened.port.close();
    bytes += heard.bytes;
    const { recognised } = heard;
    if (recognised === null) continue;
    if (best === null || recognised.evidence > best.recognised.evidence) best = { recognised, baudRate };
    if (recognised.isSure || recognised.evidence >= EVIDENCE_ENOUGH) break;
  }
  return { recognised: best?.recognised ?? null, baudRate: best?.baudRate ?? null, bytes, error: null };
}

type Window = { readonly baudRate: number; readonly windowMs: number; readonly isAsked: boolean };

async function hear(
  port: SerialPort,
  { baudRate, windowMs, isAsked }: Window,
  timing: Timing,
): Promise<{ readonly recognised: Recognised | null; readonly bytes: number }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let heard = Buffer.alloc(0);
  let recognised: Recognised | null = null;
  const ends = [
    timing.after(windowMs, () => {
      if (recognised?.driver !== 'lines') resolve();
    }),
    timing.after(2 * windowMs, resolve),
    ...(isAsked ? QUESTIONS_AFTER_MS : []).map((delayMs) =>
      timing.after(delayMs, () => {
        if (heard.length === 0) port.write(QUESTIONS.firmware);
      }),
    ),
  ];
  port.start({
    onBytes: (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      recognised = recognise(heard, baudRate);
      if (recognised?.isSure === true || heard.length >= HEARD_BYTES_MAX) resolve();
    },
    onLost: () => resolve(),
  });
  await promise;
  for (const cancel of ends) cancel();
  return { recognised, bytes: heard.length };
}
