import { assemble } from './assemble.ts';
import type { Config } from './config.ts';
import { type Explained, explain, isSureDespite, problemAt } from './explain.ts';
import type { Folders } from './folders.ts';
import { hiddenIssues } from './hidden-issues.ts';
import { type NamedFile, namedFiles } from './named-files.ts';
import { findOddQuotes, findOddSigns } from './odd-signs.ts';
import { readYaml, type YamlReading } from './parse.ts';
import { byPlace, type Problem } from './problem.ts';
import type { Issue } from './schema/issue.ts';
import { judge } from './schema/judge.ts';
import { findUnused } from './schema/unused-settings.ts';
import { configSchema } from './schema.ts';
import { findDoubts } from './warnings.ts';

/** More than anybody corrects in one go; a file with more is some other file. */
const MOST_PROBLEMS = 200;

export type Checked =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly Problem[];
      readonly files: readonly NamedFile[];
      /** Makes a warning about something in the file. */
      readonly warn: (path: readonly string[], message: string) => Problem;
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/**
 * PURE. The text of a configuration file -> the configuration, or every mistake in it, in the order of the lines.
 * Never throws, whatever the text.
 */
export function checkConfig(text: string, folders: Folders): Checked {
  const oddSigns = findOddSigns(text);
  if (oddSigns.length > 0) return { ok: false, problems: bounded(oddSigns), warnings: [] };
  const yaml = readYaml(text);
  const warn = (path: readonly string[], message: string) => problemAt(path, message, yaml.place);
  if (yaml.place.kind === 'nothing' && yaml.problems.length === 0) {
    const message =
      'the file is empty: type replenish-agent init, or begin with a copy of agent.example.yaml';
    return { ok: false, problems: [{ line: 1, column: 1, path: '', found: null, message }], warnings: [] };
  }
  const judged = judge(configSchema, yaml.value);
  const ofSchema = judged.ok ? [] : schemaProblems(judged.issues, yaml);
  // Never as arguments of a call: a hostile file has more problems than the call stack has room.
  const problems = [...yaml.problems, ...ofSchema];
  if (!judged.ok || problems.length > 0) return { ok: false, problems: bounded(problems), warnings: [] };
  const config = assemble(judged.output, folders);
  const doubts = [...findDoubts(config), ...findUnused(config, yaml.value)].map(({ path, message }) =>
    warn(path, message),
  );
  return {
    ok: true,
    config,
    warnings: [...doubts, ...findOddQuotes(text)].toSorted(byPlace),
    files: namedFiles(config),
    warn,
  };
}

function schemaProblems(issues: readonly Issue[], yaml: YamlReading): readonly Problem[] {
  const file: Explained = { schema: configSchema, value: yaml.value, place: yaml.place };
  const all = issues.flatMap((issue) => [issue, ...hiddenIssues(issue, configSchema, yaml.value)]);
  // Around a mistake in the YAML itself the parser guesses: then only what is surely there is worth judging.
  const { brokenLine } = yaml;
  const sure =
    brokenLine === null ? all : all.filter((issue) => isSureDespite(brokenLine, issue, yaml.place));
  return sure.slice(0, MOST_PROBLEMS).flatMap((issue) => explain(issue, file));
}

function bounded(problems: readonly Problem[]): readonly Problem[] {
  const sorted = problems.toSorted(byPlace);
  const more = sorted.length - MOST_PROBLEMS;
  if (more <= 0) return sorted;
  const message = `there are at least ${more} more mistakes: is this the right file?`;
  return [...sorted.slice(0, MOST_PROBLEMS), { line: 0, column: 0, path: '', found: null, message }];
}
