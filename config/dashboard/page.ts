import { createBenchView } from './bench-view.ts';
import { type Broker, connectBroker, type LinkState } from './broker-door.ts';
import { createDetailView } from './detail-view.ts';
import { partOf, setAttribute, setText } from './element.ts';
import { createFiltersView } from './filters-view.ts';
import { createListView } from './list-view.ts';
import { createLogView } from './log-view.ts';
import { type Change, createFleet } from './model/fleet.ts';
import { happeningOf } from './model/happening.ts';
import { countConcerns, type Row, rowOf, selectRows } from './model/rows.ts';
import { type Hints, readHash, type Settings, settingsMistake, withWords } from './model/settings.ts';
import { readMessage } from './model/wire.ts';
import { countText } from './model/words.ts';
import { createSettingsForm, keptPassword } from './settings-form.ts';
import { wireTheme } from './theme.ts';

/** What the page needs of the world around it. */
export type PageDeps = {
  readonly hints: Hints;
  readonly nowMs: () => number;
  /** 0 up to 1. */
  readonly random: () => number;
  /** Calls back once, when it is time to draw. */
  readonly later: (draw: () => void) => void;
  /** Calls back every few seconds. */
  readonly everyMoment: (tick: () => void) => void;
};

/** Puts the page together and lets it run. */
export function startPage({ hints, nowMs, random, later, everyMoment }: PageDeps): void {
  const fleet = createFleet();
  const rows = new Map<string, { readonly revision: number; readonly row: Row }>();
  const log = createLogView();
  const bench = createBenchView(new URLSearchParams(location.hash.slice(1)).get('controls'));
  const detail = createDetailView(partOf('#detail', HTMLElement), fleet.history);
  const link = partOf('#link', HTMLElement);
  const count = partOf('#count', HTMLElement);
  let settings = readHash(location.hash, hints);
  let selected = new URLSearchParams(location.hash.slice(1)).get('device');
  let broker: Broker | null = null;
  let unreadable = 0;
  let isDue = false;

  const setHash = (changes: Readonly<Record<string, string | null>>): void =>
    history.replaceState(null, '', `${location.pathname}${withWords(location.hash, changes)}`);
  const due = (): void => {
    if (isDue) return;
    isDue = true;
    later(draw);
  };
  const view = (isDetail: boolean): void =>
    setAttribute(document.body, 'data-view', isDetail ? 'detail' : 'list');
  const select = (id: string, isMeant: boolean): void => {
    selected = id;
    setHash({ device: id });
    if (isMeant) view(true);
    draw();
    if (isMeant) detail.focus();
  };
  const list = createListView(partOf('#list', HTMLElement), select);
  const filters = createFiltersView(due);

  const freshRows = (): readonly Row[] => {
    for (const id of rows.keys()) if (!fleet.devices.has(id)) rows.delete(id);
    for (const device of fleet.devices.values())
      if (rows.get(device.id)?.revision !== device.revision)
        rows.set(device.id, { revision: device.revision, row: rowOf(device) });
    return [...rows.values()].map(({ row }) => row);
  };
  const draw = (): void => {
    isDue = false;
    const all = freshRows();
    const chosen = selectRows(all, filters.query());
    const [only] = all.length === 1 ? all : [];
    setAttribute(document.body, 'data-fleet', all.length > 1 ? 'many' : 'one');
    filters.showCounts(countConcerns(all), all.length);
    const notes = [
      all.length === 0 ? 'No device has reported yet.' : `${countText(chosen.length, 'device')} shown`,
      ...(unreadable === 0 ? [] : [`${countText(unreadable, 'message')} of another kind left out`]),
      ...(fleet.overflow() === 0
        ? []
        : [`${countText(fleet.overflow(), 'message')} beyond what this page holds`]),
    ];
    setText(count, notes.join(' · '));
    list.show(chosen, selected, nowMs());
    detail.show(fleet.devices.get(selected ?? only?.id ?? '') ?? null, nowMs());
    log.draw();
  };
  const onState = (state: LinkState): void => {
    setAttribute(link, 'data-state', state.kind);
    setText(link, stateText(state, settings));
    if (state.kind === 'lost' && state.isFinal) form.open(settings, state.why);
  };
  const tell = (change: Change): void => {
    const happening = happeningOf(change);
    if (happening !== null) log.add(happening, nowMs());
  };
  const connect = (password: string): void => {
    broker?.close();
    broker = connectBroker({
      settings,
      password,
      random,
      onState,
      onMessage: (topic, payload) => {
        const heard = payload === null ? null : readMessage(settings.topicPrefix, topic, payload);
        if (heard === null) unreadable += 1;
        else tell(fleet.hear(heard));
        due();
      },
    });
  };
  const form = createSettingsForm((next, password) => {
    const isElsewhere = next.brokerUrl !== settings.brokerUrl || next.topicPrefix !== settings.topicPrefix;
    settings = next;
    setHash({ broker: next.brokerUrl, prefix: next.topicPrefix, user: next.username });
    if (isElsewhere)
      for (const device of [...fleet.devices.keys()]) fleet.hear({ kind: 'gone', device, slot: null });
    connect(password);
    due();
  });

  partOf('#open-settings', HTMLButtonElement).addEventListener('click', () => form.open(settings, ''));
  partOf('#back', HTMLButtonElement).addEventListener('click', () => {
    view(false);
    partOf('#list', HTMLElement).focus();
  });
  partOf('#skip', HTMLAnchorElement).addEventListener('click', (event) => {
    event.preventDefault();
    detail.focus();
  });
  wireTheme(detail.repaint);
  view(selected !== null);
  draw();
  void bench.refresh();
  everyMoment(() => {
    due();
    void bench.refresh();
  });
  if (settingsMistake(settings) === null) connect(keptPassword());
  else form.open(settings, '');
}

function stateText(state: LinkState, { brokerUrl }: Settings): string {
  switch (state.kind) {
    case 'connecting':
      return `Connecting to ${brokerUrl}`;
    case 'connected':
      return `Connected to ${brokerUrl}`;
    case 'lost':
      return state.isFinal ? state.why : `${state.why} What is shown is from before; trying again.`;
  }
}
