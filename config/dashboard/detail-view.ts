import { element, setOptionalText, setText } from './element.ts';
import { deviceTroubles } from './model/attention.ts';
import { type Device, historyKey } from './model/fleet.ts';
import type { History } from './model/history.ts';
import { relativeText, spanText } from './model/words.ts';
import { createSlotCard, type SlotCard } from './slot-card.ts';

/** The chosen device with all its slots. */
export type DetailView = {
  show(device: Device | null, nowMs: number): void;
  /** Takes the reader there. */
  focus(): void;
  repaint(): void;
};

/** @param host an empty element. */
export function createDetailView(host: HTMLElement, history: History): DetailView {
  const title = element('h2', '', [], { attributes: { tabindex: '-1' } });
  const facts = element('p', 'facts');
  const troubles = element('ul', 'troubles', [], { attributes: { 'aria-label': 'What is wrong' } });
  const cards = element('div', 'cards');
  const hint = element('p', 'hint', ['Choose a device to see its slots.']);
  host.append(hint, title, facts, troubles, cards);
  let shown: string | null = null;
  let byName = new Map<string, SlotCard>();

  const clear = (): void => {
    for (const card of byName.values()) card.close();
    byName = new Map();
    cards.replaceChildren();
  };
  const showCards = (device: Device, nowMs: number): void => {
    for (const [name, card] of byName) {
      if (device.slots.has(name)) continue;
      card.close();
      card.root.remove();
      byName.delete(name);
    }
    const names = [...device.slots.keys()].toSorted();
    for (const [index, name] of names.entries()) {
      const slot = device.slots.get(name);
      if (slot === undefined) continue;
      const card = byName.get(name) ?? createSlotCard(name);
      byName.set(name, card);
      if (cards.children[index] !== card.root) cards.insertBefore(card.root, cards.children[index] ?? null);
      card.show(slot, history.of(historyKey(device.id, name)), nowMs);
    }
  };

  return {
    focus: () => title.focus(),
    repaint: () => {
      for (const card of byName.values()) card.repaint();
    },
    show(device, nowMs) {
      if (device?.id !== shown) clear();
      shown = device?.id ?? null;
      hint.hidden = device !== null;
      for (const part of [title, facts, troubles, cards]) part.hidden = device === null;
      if (device === null) return;
      setText(title, device.id);
      setOptionalText(facts, factsOf(device, nowMs));
      const sentences = deviceTroubles(device);
      troubles.hidden = sentences.length === 0;
      if (sentences.join('\n') !== [...troubles.children].map(({ textContent }) => textContent).join('\n'))
        troubles.replaceChildren(...sentences.map((sentence) => element('li', '', [sentence])));
      showCards(device, nowMs);
    },
  };
}

function factsOf({ isOnline, report }: Device, nowMs: number): string {
  const status = isOnline === null ? 'status unknown' : isOnline ? 'online' : 'offline';
  if (report === null) return status;
  return [
    status,
    `version ${report.version}`,
    ...(isOnline === true ? [`running for ${spanText(nowMs - report.startedAt)}`] : []),
    `token ${report.token.state}`,
    ...Object.entries(report.hardware).map(([name, { driver, state }]) => `${name} (${driver}) ${state}`),
    `reported ${relativeText(report.at, nowMs)}`,
  ].join(' · ');
}
