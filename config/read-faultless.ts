import {
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_PLAIN,
  SCALAR_STYLE_SINGLE_QUOTED,
  type ScalarEvent,
} from 'js-yaml';
import { DEEPEST_NESTING, MOST_VALUES } from './yaml-bounds.ts';

/** A plain scalar that begins with anything else is text, by YAML 1.2.2, section 10.3.2. */
const MAY_BE_NO_TEXT = /^(?:$|[-+.~\dfntFNT])/;
const SIMPLE_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Other numbers of that section (`0x1f`, `1e3`, `.5`, `+1`, `.inf`), and names like `007` that look like one. */
const ODD_NUMBER = /^(?:0[xo]|[-+]?\.(?:\d|inf|nan)|[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?$)/i;
/** What the two readers differ about: tabs and other controls (`\p{Cc}`, spelled out), and lines that begin or end a document. */
const ODD_TEXT = /(?!\r?\n)[^ -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]|^(?:---|\.\.\.|%)/m;
const ODD_WORD = /^(?:null|true|false)$/i;

/**
 * DOOR js-yaml, PURE. Text -> the plain data that `readYaml` finds in it, in a fifth of the time and of the memory; but
 * without the place of anything. undefined where there is a mistake, and also for anything unusual (anchors, tags,
 * blocks of text, several documents, odd spellings of a number): `readYaml` is to judge then. Never throws.
 */
export function readFaultless(text: string): unknown {
  if (ODD_TEXT.test(text)) return undefined;
  try {
    const events = parseEvents(text, { maxDepth: DEEPEST_NESTING });
    return events.length > MOST_VALUES ? undefined : new EventReader(text, events).read();
  } catch {
    return undefined;
  }
}

/** Thrown and caught in this file: what stands here is for the other reader. */
class Unusual extends Error {}

/** One pass over the events in the order of the text. */
class EventReader {
  readonly #text: string;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  /** @throws Unusual */
  read(): unknown {
    const document = this.#take();
    if (document.type !== EVENT_DOCUMENT) throw new Unusual();
    const value = this.#value();
    // One document, and nothing behind it.
    if (this.#take().type !== EVENT_POP || this.#next !== this.#events.length) throw new Unusual();
    return value;
  }

  #take(): Event {
    const event = this.#events[this.#next];
    if (event === undefined) throw new Unusual();
    this.#next += 1;
    return event;
  }

  #isAtEnd(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_POP) return false;
    this.#next += 1;
    return true;
  }

  #value(): unknown {
    const event = this.#take();
    switch (event.type) {
      case EVENT_SCALAR:
        return this.#scalar(event);
      case EVENT_MAPPING:
        expectBare(event);
        return this.#group();
      case EVENT_SEQUENCE: {
        expectBare(event);
        const list: unknown[] = [];
        while (!this.#isAtEnd()) list.push(this.#value());
        return list;
      }
      default:
        throw new Unusual();
    }
  }

  #scalar(event: ScalarEvent): unknown {
    const text = this.#textOf(event);
    switch (event.style) {
      case SCALAR_STYLE_PLAIN:
        return plainValue(text);
      case SCALAR_STYLE_SINGLE_QUOTED:
      case SCALAR_STYLE_DOUBLE_QUOTED:
        return text;
      // Blocks of text: no setting needs one, and the two readers differ about the spaces before the first line.
      default:
        throw new Unusual();
    }
  }

  #group(): Record<string, unknown> {
    // Without a prototype no key, whatever its name, can be mistaken for something inherited.
    const group: Record<string, unknown> = Object.create(null);
    while (!this.#isAtEnd()) {
      const event = this.#take();
      if (event.type !== EVENT_SCALAR) throw new Unusual();
      const key = this.#textOf(event);
      if (key === '' || key === '__proto__' || key in group) throw new Unusual();
      group[key] = this.#value();
    }
    return group;
  }

  #textOf(event: ScalarEvent): string {
    expectBare(event);
    return getScalarValue(this.#text, event);
  }
}

type Marks = { readonly anchorStart: number; readonly tagStart: number };

/** Neither an anchor nor a tag. */
function expectBare({ anchorStart, tagStart }: Marks): void {
  if (anchorStart >= 0 || tagStart >= 0) throw new Unusual();
}

function plainValue(text: string): unknown {
  if (!MAY_BE_NO_TEXT.test(text)) return text;
  if (SIMPLE_NUMBER.test(text)) return Number(text);
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === '' || text === '~' || text === 'null') return null;
  if (ODD_NUMBER.test(text) || ODD_WORD.test(text)) throw new Unusual();
  return text;
}
