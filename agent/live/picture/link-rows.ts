import type { LiveDevice, LiveFrame } from '../../local/service-view.ts';
import { isTokenSettled } from '../../replenish/access-token.ts';
import { type Paint, type Span, type Style, span, widthOf, wrap } from '../../terminal/paint.ts';
import { spanWords } from './live-words.ts';

/** A link of the chain: how it is, in a word. */
export type Link = {
  readonly name: string;
  readonly state: string;
  readonly paint: Extract<Paint, 'green' | 'yellow' | 'red' | 'faint'>;
  /** What is wrong and what to do; null while all is well. */
  readonly error: string | null;
};

/** Every link between sensor and Amazon, in that order. PURE. @param isService whether the frame is a running service's. */
export function linksOf({ device, broker }: LiveFrame, isService: boolean, wallMs: number): readonly Link[] {
  const unused = (name: string): Link => ({ name, state: 'not used', paint: 'faint', error: null });
  const clock: Link = {
    name: 'clock',
    state: device.clockTrusted ? 'set' : 'in doubt',
    paint: device.clockTrusted ? 'green' : 'yellow',
    error: null,
  };
  const own = isService ? [brokerLink(broker), tokenLink(device)] : [unused('broker'), unused('token')];
  return [
    ...own,
    clock,
    ...hardwareLinks(device, wallMs),
    ...troubleLinks(device, isService),
    ...outboxLinks(device),
  ];
}

function brokerLink({ connected, protocolVersion, error }: LiveFrame['broker']): Link {
  const version = protocolVersion === 4 ? 'MQTT 3.1.1' : 'MQTT 5';
  return {
    name: 'broker',
    state: connected ? version : 'not connected',
    paint: connected ? 'green' : 'red',
    error: connected ? null : error,
  };
}

function tokenLink({ token }: LiveDevice): Link {
  return {
    name: 'token',
    state: token.state,
    paint: isTokenSettled(token.state) ? 'green' : 'red',
    error: null,
  };
}

function hardwareLinks({ hardware }: LiveDevice, wallMs: number): readonly Link[] {
  return Object.entries(hardware).map(([name, { state, error, lastReadingAt }]) => {
    const ago = lastReadingAt === null ? '' : `, ${spanWords(wallMs - Date.parse(lastReadingAt))} ago`;
    const isOpen = state === 'open';
    return { name, state: `${state}${ago}`, paint: isOpen && error === null ? 'green' : 'red', error };
  });
}

/** Shown only when something is wrong with them. */
function troubleLinks({ drs, store, config }: LiveDevice, isService: boolean): readonly Link[] {
  const troubles = isService ? { DRS: drs.error, store: store.error, configuration: config.error } : {};
  return Object.entries(troubles).flatMap(([name, error]): readonly Link[] =>
    error === null ? [] : [{ name, state: 'trouble', paint: 'red', error }],
  );
}

function outboxLinks({ outbox: { depth } }: LiveDevice): readonly Link[] {
  return depth === 0 ? [] : [{ name: 'outbox', state: `${depth} waiting`, paint: 'yellow', error: null }];
}

/** The links as lights beside each other, on as many rows as they need, and below them what is wrong. PURE. */
export function linkRows(links: readonly Link[], width: number, style: Style): readonly (readonly Span[])[] {
  const rows: Span[][] = [];
  for (const { name, state, paint } of links) {
    const mark = style.isUnicode ? (paint === 'faint' ? '○' : '●') : MARKS[paint];
    const light = [span(` ${mark} `, paint), span(`${name} `), span(`${state} `, 'faint')];
    const row = rows.at(-1);
    if (row === undefined || widthOf([...row, ...light]) > width) rows.push(light);
    else row.push(...light);
  }
  const errors = links.flatMap(({ name, error, paint }) =>
    error === null
      ? []
      : wrap(`${name}: ${error}`, Math.max(10, width - 2))
          .slice(0, ERROR_ROWS)
          .map((line) => [span(` ${line}`, paint)]),
  );
  return [...rows, ...errors];
}

const ERROR_ROWS = 2;

/** Without colours and dots a light still has to be told from another. */
const MARKS: Readonly<Record<Link['paint'], string>> = { green: '*', yellow: '!', red: 'X', faint: 'o' };
