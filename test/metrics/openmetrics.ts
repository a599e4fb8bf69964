/** One line of samples, read back. */
export type ReadSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export type ReadFamily = { readonly type: string; readonly samples: readonly ReadSample[] };

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const META = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`, 's');
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$`, 's');
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,(?=.)|$)/;

/** The suffixes of each type (OpenMetrics 1.0.0, "Metric Types"). */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  info: ['_info'],
  stateset: [''],
  summary: ['', '_count', '_sum', '_created'],
};

/**
 * Reads OpenMetrics 1.0.0 text, and takes nothing that the specification forbids: families in one piece with their type
 * first, suffixes by type, escapes, no series twice, `# EOF` and nothing behind it.
 * @throws Error at the first fault, with its line.
 */
export function readOpenMetrics(text: string): ReadonlyMap<string, ReadFamily> {
  const families = new Map<string, { type: string; unit: string | null; samples: ReadSample[] }>();
  const series = new Set<string>();
  if (!text.endsWith('\n# EOF\n') && text !== '# EOF\n') throw new Error('The text does not end with # EOF.');
  const lines = text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1);
  let current = '';
  for (const line of lines) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, keyword, metaName = '', rest = ''] = META.exec(line) ?? [];
    if (keyword === 'TYPE') {
      if (families.has(metaName)) fail('A family comes twice');
      if (!Object.hasOwn(SUFFIXES, rest)) fail('There is no such type');
      families.set(metaName, { type: rest, unit: null, samples: [] });
      current = metaName;
      continue;
    }
    const family = families.get(current);
    if (family === undefined) return fail('Something comes before the first type');
    if (keyword !== undefined) {
      if (metaName !== current || family.samples.length > 0)
        fail('Metadata is not at the head of its family');
      if (keyword === 'UNIT') {
        if (!current.endsWith(`_${rest}`)) fail('The name does not end with its unit');
        family.unit = rest;
      }
      if (/[^\\](?:\\\\)*\\(?![\\n"])/.test(` ${rest}`)) fail('An escape is not known');
      continue;
    }
    const sample = readSample(line) ?? fail('This is no sample');
    const suffix = sample.name.slice(current.length);
    if (!sample.name.startsWith(current) || !SUFFIXES[family.type]?.includes(suffix))
      fail(`The name does not belong to the ${family.type} ${current}`);
    const key = sample.name + JSON.stringify(Object.entries(sample.labels).sort());
    if (series.has(key)) fail('A series comes twice');
    series.add(key);
    judgeValue(family.type, current, sample, fail);
    family.samples.push(sample);
  }
  return families;
}

function judgeValue(type: string, family: string, sample: ReadSample, fail: (why: string) => never): void {
  const { value, labels } = sample;
  if (type === 'counter' && !(value >= 0)) fail('A counter is negative, or no number');
  if (type === 'info' && value !== 1) fail('An info is not 1');
  if (type === 'stateset' && (!Object.hasOwn(labels, family) || (value !== 0 && value !== 1)))
    fail('A state has no label of its name, or is neither 0 nor 1');
  if (type === 'summary' && Object.hasOwn(labels, 'quantile') && !(Number(labels['quantile']) <= 1))
    fail('A quantile is above 1');
}

function readSample(line: string): ReadSample | null {
  const [, name, labelText = '', valueText = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return null;
  const labels: Record<string, string> = Object.create(null);
  for (let rest = labelText; rest !== ''; ) {
    const [whole, label, escaped = ''] = LABEL.exec(rest) ?? [];
    if (whole === undefined || label === undefined || Object.hasOwn(labels, label)) return null;
    labels[label] = escaped.replaceAll(/\\([\\n"])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(valueText.replace('Inf', 'Infinity')) };
}
