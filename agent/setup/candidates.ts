import type { SourceAnswer } from './answers.ts';
import type { FoundChip, FoundConverter } from './board-devices.ts';
import type { LineProposal } from './line-proposal.ts';
import type { Heard } from './listen.ts';
import type { SerialDevice } from './serial-devices.ts';

/** A port that was listened to. */
export type HeardPort = { readonly port: SerialDevice; readonly heard: Heard };

/** Lines that are quoted, and how far. */
const QUOTED_LINES = 2;
const QUOTED_CHARACTERS = 60;

/** PURE. What was heard on a port -> a source of readings; null when a person has to say what is there. */
export function sourceHeard({ port, heard }: HeardPort): SourceAnswer | null {
  const { recognised, baudRate } = heard;
  if (recognised === null || baudRate === null) return null;
  const settings = { port: port.path, baudRate };
  const single = (raw: number | null): ReadonlyMap<string, number> =>
    new Map(raw === null ? [] : [['', raw]]);
  switch (recognised.driver) {
    case 'lines': {
      const [proposal] = recognised.proposals;
      return proposal === undefined ? null : sourceOfLines(settings, recognised.lines, proposal);
    }
    case 'firmata':
      return {
        driver: recognised.driver,
        settings,
        latest: new Map(),
        heard: `the firmware is ${recognised.firmware || 'Firmata'}`,
        hasChannels: true,
      };
    case 'ultrasonic': {
      const [model = 'a02yyuw'] = recognised.models;
      return {
        driver: recognised.driver,
        settings: { port: port.path, model, baudRate },
        latest: single(recognised.raw),
        heard: '',
        hasChannels: false,
      };
    }
    case 'scale':
    case 'lidar':
      return {
        driver: recognised.driver,
        settings,
        latest: single(recognised.raw),
        heard: '',
        hasChannels: false,
      };
  }
}

/** PURE. Lines and the pattern that reads them -> a source of readings. */
export function sourceOfLines(
  settings: Readonly<Record<string, string | number>>,
  lines: readonly string[],
  { pattern, latest }: Pick<LineProposal, 'pattern' | 'latest'>,
): SourceAnswer {
  return {
    driver: 'lines',
    settings: { ...settings, pattern },
    latest,
    heard: lines.slice(-QUOTED_LINES).map(quoted).join(' and '),
    hasChannels: /\(\?<channel>/.test(pattern),
  };
}

/** PURE. One line for a person about a port: what it is, who made it, what speaks there. */
export function portText({ port, heard }: HeardPort): string {
  const maker = port.maker === null ? '' : ` (${port.maker})`;
  return `${port.path}${maker}: ${heardText(heard)}`;
}

function heardText({ recognised, baudRate, bytes, error }: Heard): string {
  if (error !== null) return error;
  if (recognised === null) {
    return bytes === 0
      ? 'silent; it may speak later, or only when it is asked (Modbus)'
      : `${bytes} bytes that no driver reads; is it set to another speed or format?`;
  }
  const now = (raw: number | null, unit: string): string =>
    raw === null ? ', without a value now' : `, now ${raw} ${unit}`;
  const speed = `at ${baudRate} baud`;
  switch (recognised.driver) {
    case 'lines':
      return `text lines ${speed}, such as ${quoted(recognised.lines.at(-1) ?? '')}`;
    case 'firmata':
      return `an Arduino with Firmata ${speed} (${recognised.firmware || 'without a name'})`;
    case 'scale':
      return `a scale ${speed}${now(recognised.raw, 'g')}`;
    case 'lidar':
      return `a lidar ${speed}${now(recognised.raw, 'mm')}`;
    case 'ultrasonic':
      return `an ultrasonic sensor ${speed}${now(recognised.raw, 'mm')}`;
  }
}

/** PURE. A source from a GPIO chip of the board. */
export function sourceOfChip({ chip }: Pick<FoundChip, 'chip'>): SourceAnswer {
  return { driver: 'gpio', settings: { chip }, latest: new Map(), heard: '', hasChannels: true };
}

/** PURE. A source from a converter of the kernel. */
export function sourceOfConverter({ device, inputs }: FoundConverter): SourceAnswer {
  const heard = inputs.length === 0 ? '' : `inputs ${inputs.join(', ')}`;
  return { driver: 'iio', settings: { device }, latest: new Map(), heard, hasChannels: true };
}

function quoted(line: string): string {
  // Signs that turn the direction of writing could make a line look like another.
  return JSON.stringify(line.slice(0, QUOTED_CHARACTERS).replace(/[\u202A-\u202E\u2066-\u2069]/g, '?'));
}
