/** One value of a family. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** What is counted or measured under one name, with all its label values. */
export type Family = {
  /** Without the suffix that its type asks for; ends with its unit when it has one. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'info' | 'stateset' | 'summary';
  readonly unit?: 'seconds' | 'bytes' | 'percent';
  readonly help: string;
  readonly samples: readonly Sample[];
};

export const CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const SUFFIX: Readonly<Record<Family['type'], string>> = {
  counter: '_total',
  gauge: '',
  info: '_info',
  stateset: '',
  summary: '',
};

/**
 * Families as OpenMetrics 1.0.0 text (https://prometheus.io/docs/specs/om/open_metrics_spec/). Those without a sample are
 * left out. Pure.
 */
export function exposition(families: readonly Family[]): string {
  return [...families.filter(({ samples }) => samples.length > 0).map(familyText), '# EOF\n'].join('');
}

function familyText({ name, type, unit, help, samples }: Family): string {
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(({ labels, value }) => `${name}${SUFFIX[type]}${labelText(labels)} ${numberText(value)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
