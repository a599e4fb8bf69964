import * as v from 'valibot';
import { finiteNumber } from '../json-value.ts';
import { element, partOf, setText } from './element.ts';

/** The hands of the workbench (npm start), where there is one. */
export type BenchView = {
  /** Asks how things stand there, and shows it. */
  refresh(): Promise<void>;
};

const state = v.object({
  isPlugged: v.boolean(),
  isNetworkUp: v.boolean(),
  speed: finiteNumber,
  isAgentAlive: v.boolean(),
  slots: v.pipe(
    v.array(
      v.object({
        key: v.pipe(v.string(), v.maxLength(64)),
        name: v.pipe(v.string(), v.maxLength(100)),
      }),
    ),
    v.maxLength(20),
  ),
});
type BenchState = v.InferOutput<typeof state>;
type Deed = { readonly does: string; readonly slot?: string; readonly label: string };

const TOKEN = /^[A-Za-z0-9_-]{20,100}$/;

/** @param token from the address that the workbench printed; null where there is no workbench. */
export function createBenchView(token: string | null): BenchView {
  const panel = partOf('#bench', HTMLElement);
  const host = partOf('#bench-buttons', HTMLElement);
  const note = partOf('#bench-note', HTMLElement);
  if (token === null || !TOKEN.test(token)) return { refresh: () => Promise.resolve() };
  let shown = '';

  const ask = async (request: RequestInit): Promise<void> => {
    try {
      const answer = await fetch(`controls/${token}`, { ...request, cache: 'no-store' });
      const read = v.safeParse(state, answer.ok ? await answer.json() : null);
      panel.hidden = false;
      if (read.success) draw(read.output);
      else
        setText(
          note,
          'The workbench does not know this address any more: open the one that it printed last.',
        );
    } catch {
      setText(note, 'The workbench does not answer: it has ended.');
    }
  };
  const button = ({ label, ...deed }: Deed): HTMLElement =>
    element('button', '', [label], {
      attributes: { type: 'button', 'data-does': deed.does, 'data-key': deed.slot ?? '' },
      on: {
        click: () => {
          setText(note, `${label}: done`);
          void ask({
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(deed),
          });
        },
      },
    });
  const draw = (now: BenchState): void => {
    const text = JSON.stringify(now);
    if (text === shown) return;
    shown = text;
    const focused = document.activeElement?.getAttribute('data-does') ?? null;
    const focusedSlot = document.activeElement?.getAttribute('data-key') ?? '';
    const made = deedsFor(now).map(button);
    host.replaceChildren(...made);
    // Whoever has just pressed one is still on it, although its word has changed.
    made
      .find((each) => each.dataset['does'] === focused && each.dataset['key'] === focusedSlot)
      ?.focus({ preventScroll: true });
  };
  return { refresh: () => ask({}) };
}

function deedsFor({ isPlugged, isNetworkUp, speed, isAgentAlive, slots }: BenchState): readonly Deed[] {
  return [
    ...slots.flatMap(({ key, name }) => [
      { does: 'drain', slot: key, label: `Drain ${name}` },
      { does: 'refill', slot: key, label: `Refill ${name}` },
    ]),
    { does: 'plug', label: isPlugged ? 'Unplug the sensors' : 'Plug the sensors in' },
    { does: 'network', label: isNetworkUp ? 'Cut the network' : 'Restore the network' },
    { does: 'lose-answer', label: "Lose Amazon's next answer" },
    { does: 'kill', label: isAgentAlive ? 'Kill the agent' : 'The agent is dead' },
    { does: 'speed', label: speed === 1 ? 'Faster' : 'Slower' },
  ];
}
