import { quantile, ROWS, type Row, type Sample } from './measures.ts';
import { SUBJECTS, type SubjectName } from './subject.ts';

export type Measured = { readonly subject: SubjectName; readonly samples: readonly Sample[] };

/** The middle of all rounds, and their least and most. */
export type Figure = { readonly median: number; readonly least: number; readonly most: number };

export type Figures = Readonly<Partial<Record<Row, Readonly<Partial<Record<SubjectName, Figure>>>>>>;

export function figuresOf(measured: readonly Measured[]): Figures {
  const rows = Object.keys(ROWS).flatMap((name) => {
    const row = name as Row;
    const bySubject = SUBJECTS.flatMap((subject) => {
      const values = measured
        .filter((one) => one.subject === subject)
        .flatMap(({ samples }) => samples.filter((sample) => sample.row === row).map(({ value }) => value));
      if (values.length === 0) return [];
      const figure = { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values) };
      return [[subject, figure] as const];
    });
    return bySubject.length === 0 ? [] : [[row, Object.fromEntries(bySubject)] as const];
  });
  return Object.fromEntries(rows);
}

/** As a Markdown table: median (least to most), and how often the peer's figure fits into ours, or ours into the peer's. */
export function markdownOf(figures: Figures): string {
  const head = [
    '| | the agent | Node floor | usual libraries | of the floor | of the usual |',
    '|---|---|---|---|---|---|',
  ];
  const lines = Object.entries(figures).map(([row, { ours, floor, usual }]) => {
    const cells = [row, text(ours), text(floor), text(usual), ratio(ours, floor), ratio(ours, usual)];
    return `| ${cells.join(' | ')} |`;
  });
  return [...head, ...lines].join('\n');
}

function text(figure: Figure | undefined): string {
  if (figure === undefined) return '';
  return `${short(figure.median)} (${short(figure.least)} to ${short(figure.most)})`;
}

function ratio(ours: Figure | undefined, theirs: Figure | undefined): string {
  if (ours === undefined || theirs === undefined || theirs.median === 0) return '';
  return `${(ours.median / theirs.median).toFixed(2)} x`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
