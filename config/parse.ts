import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { yamlSentence } from './explain-yaml.ts';
import { isSecretName, maskSecrets } from './mask-secrets.ts';
import type { Place, Position } from './place.ts';
import { type Problem, pathText } from './problem.ts';
import { DEEPEST_NESTING, MOST_VALUES } from './yaml-bounds.ts';

const LONGEST_FOUND = 60;

export type YamlReading = {
  /** Plain data: own keys only, no cycles, bounded in size and depth. */
  readonly value: unknown;
  readonly place: Place;
  readonly problems: readonly Problem[];
  /** The first line that is no YAML: from there on the parser had to guess. null when all is well-formed. */
  readonly brokenLine: number | null;
};

const DIALECT = { prettyErrors: false, uniqueKeys: false, version: '1.2', schema: 'core' } as const;

/** Offsets in a text: of the first character, and of the one behind the last. */
export type TextSpan = { readonly start: number; readonly end: number };

type Where = Pick<Place, 'at' | 'keyAt'>;

type Read = { readonly value: unknown; readonly place: Place };

/**
 * DOOR yaml, PURE. Text -> plain data, the place of each value, and every mistake in the YAML itself. Never throws.
 * A key is the text that was typed. Duplicate keys, `__proto__`, tags, several documents, endless nesting and
 * aliases that unfold beyond measure are mistakes.
 */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  try {
    // Duplicate keys are looked for by the reader: the parser's own search takes quadratic time.
    // Half a line end of Windows at the very end is no mistake of anybody; the length stays for the places.
    const whole = text.replace(/\r$/, '\n');
    const document = parseDocument(whole, { ...DIALECT, lineCounter: lines });
    const reader = new YamlReader(text, lines);
    const root = reader.read(document.contents, [], { line: 1, column: 1 });
    const mistakes = causes([...document.errors, ...document.warnings], lines).map(({ pos, code, message }) =>
      reader.problem(pos[0], [], yamlSentence(code, message)),
    );
    const brokenLine = mistakes[0]?.line ?? null;
    return { ...root, problems: [...mistakes, ...reader.problems], brokenLine };
  } catch (error) {
    // The parser calls itself for each level of nesting, so a hostile file can exhaust the call stack.
    const reason = error instanceof Error ? error.message : String(error);
    const at = { line: 1, column: 1 };
    return {
      value: null,
      place: { at, keyAt: at, kind: 'nothing', found: null, inside: new Map() },
      problems: [
        {
          ...at,
          path: '',
          found: null,
          message: `this can not be read: brackets or lines are nested beyond measure (${reason})`,
        },
      ],
      brokenLine: 1,
    };
  }
}

/**
 * PURE. Where a value stands in a text that `readYaml` found without a mistake; null when nothing stands there, or only
 * an alias leads there. An anchor before the value, and comments behind it, are not part of it.
 */
export function spanOf(text: string, path: readonly string[]): TextSpan | null {
  let node: unknown = parseDocument(text, DIALECT).contents;
  for (const step of path) {
    if (!isMap(node)) return null;
    node = node.items.find(({ key }) => keyText(key) === step)?.value;
  }
  if (!isNode(node) || node.range === null || node.range === undefined) return null;
  const [start, end] = node.range;
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** One mistake makes the parser stumble again on its line, and on the indentation of those below: only causes count. */
function causes<M extends { readonly pos: readonly [number, number]; readonly code: string }>(
  mistakes: readonly M[],
  lines: LineCounter,
): readonly M[] {
  const lineOf = ({ pos }: M) => lines.linePos(pos[0]).line;
  const sorted = mistakes.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const [first] = sorted;
  return sorted.filter((mistake, index) => {
    const before = sorted[index - 1];
    if (mistake.code === 'BAD_INDENT' && mistake !== first) return false;
    return before === undefined || lineOf(before) !== lineOf(mistake);
  });
}

/** One pass over a parsed document in the order of its text: an alias means the latest anchor before it. */
class YamlReader {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#lines = lines;
  }

  report(offset: number, path: readonly PropertyKey[], message: string): void {
    this.problems.push(this.problem(offset, path, message));
  }

  problem(offset: number, path: readonly PropertyKey[], message: string): Problem {
    return { ...this.#position(offset), path: pathText(path), found: null, message };
  }

  read(node: unknown, path: readonly (string | number)[], keyAt: Position): Read {
    const start = isNode(node) ? node.range?.[0] : undefined;
    const at = start === undefined ? keyAt : this.#position(start);
    const none = (kind: 'nothing' | 'unreadable'): Read => ({
      value: null,
      place: { at, keyAt, kind, found: null, inside: new Map() },
    });
    if (!isNode(node)) return none('nothing');
    this.#values += 1;
    if (this.#values > MOST_VALUES || path.length > DEEPEST_NESTING) {
      if (this.#values <= MOST_VALUES + 1) {
        this.report(start ?? 0, path, 'the file holds too many values, or is nested too deeply, to be read');
        this.#values = MOST_VALUES + 1;
      }
      return none('unreadable');
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined && !this.#open.has(target)) return this.read(target, path, keyAt);
      this.report(start ?? 0, path, `there is no finished value named &${node.source} above this line`);
      return none('unreadable');
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const read = this.#readContent(node, path, { at, keyAt });
    this.#open.delete(node);
    return read;
  }

  #readContent(node: Node, path: readonly (string | number)[], where: Where): Read {
    if (isMap(node)) return this.#readMap(node.items, path, where);
    const inside = new Map<string, Place>();
    if (isSeq(node)) {
      const value = node.items.map((item, index) => {
        const read = this.read(item, [...path, index], where.at);
        inside.set(String(index), { ...read.place, keyAt: read.place.at });
        return read.value;
      });
      return { value, place: { ...where, kind: 'list', found: 'a list', inside } };
    }
    const found = this.#found(node, path);
    const value = isScalar(node) ? scalarValue(node.value, node.source) : undefined;
    if (value === undefined) {
      this.report(node.range?.[0] ?? 0, path, 'values with a tag (!...) are not used here: take the tag out');
      return { value: null, place: { ...where, kind: 'unreadable', found, inside } };
    }
    return { value, place: { ...where, kind: value === null ? 'nothing' : 'value', found, inside } };
  }

  #readMap(pairs: readonly Pair[], path: readonly (string | number)[], where: Where): Read {
    const inside = new Map<string, Place>();
    // Without a prototype no key, whatever its name, can be mistaken for something inherited.
    const value: Record<string, unknown> = Object.create(null);
    for (const pair of pairs) {
      const offset = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
      const keyAt = isNode(pair.key) ? this.#position(offset) : where.at;
      const key = keyText(pair.key);
      if (key === null) {
        this.report(offset, path, 'a name is expected here, as in "name: value"');
        continue;
      }
      const earlier = inside.get(key);
      const read = this.read(pair.value, [...path, key], keyAt);
      if (key === '__proto__') this.report(offset, path, 'the name __proto__ cannot be used');
      else if (earlier !== undefined) {
        const message = `is given twice, first in line ${earlier.keyAt.line}: take one of them out`;
        this.report(offset, [...path, key], message);
      } else {
        inside.set(key, read.place);
        value[key] = read.value;
      }
    }
    return { value, place: { ...where, kind: 'group', found: 'a group of settings', inside } };
  }

  #position(offset: number): Position {
    // Behind half a line end at the very end, which was read as a whole one, there is no line in the file.
    const end = this.#text.endsWith('\r') ? this.#text.length - 1 : this.#text.length;
    const { line, col } = this.#lines.linePos(Math.min(offset, end));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #found(node: Node, path: readonly (string | number)[]): string | null {
    const [start, end] = node.range ?? [0, 0];
    const [line = ''] = this.#text.slice(start, Math.min(end, start + 10 * LONGEST_FOUND)).split(/[\r\n]/, 1);
    if (line === '') return null;
    if (isSecretName(String(path.at(-1) ?? ''))) return '***';
    const shown = maskSecrets(line);
    return shown.length > LONGEST_FOUND ? `${shown.slice(0, LONGEST_FOUND)}...` : shown;
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

/** A key is what was typed, so that a slot may be called `1` or `on`; null for a key that is no plain text. */
function keyText(key: unknown): string | null {
  if (!isScalar(key)) return null;
  if (typeof key.value === 'string') return key.value;
  return key.source === undefined || key.source === '' ? null : key.source;
}

/** The plain value; undefined for what only a tag can make. A number like `007` is kept as text: it is a name. */
function scalarValue(value: unknown, source: string | undefined): unknown {
  if (typeof value === 'number')
    return source !== undefined && /^[-+]?0[\dxo]/i.test(source) ? source : value;
  return value === null || typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}
