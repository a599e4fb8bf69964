import { complaintAbout, GOOD_ANSWERS } from './answer-check.ts';
import type { SourceAnswer } from './answers.ts';
import type { Questions } from './ask.ts';
import { sourceOfLines } from './candidates.ts';
import { type LineProposal, tryPattern } from './line-proposal.ts';
import type { Recognised } from './recognise.ts';

type HeardLines = Extract<Recognised, { readonly driver: 'lines' }>;
type Settings = Readonly<Record<string, string | number>>;

/** Lines that a pattern is shown at work on. */
const SHOWN_LINES = 3;
const OWN = '';

/**
 * Settles the pattern of driver `lines`: those that were drawn from the lines are shown at work; another one can be
 * typed, and is tried on the same lines. @throws WrongWords, Stopped
 */
export async function askPattern(
  questions: Questions,
  settings: Settings,
  heard: HeardLines | null,
): Promise<SourceAnswer> {
  const lines = heard?.lines ?? [];
  const proposals = heard?.proposals ?? [];
  const { person } = questions;
  const [first] = proposals;
  let proposal: LineProposal | null = null;
  if (questions.given('pattern') === null && first !== undefined) {
    proposal = first;
    if (person !== null) {
      const choices = proposals.map((each) => ({ value: each.pattern, name: atWork(each, lines) }));
      const own = { value: OWN, name: 'another pattern, which I type' };
      const chosen = await person.choose('What do its lines mean?', [...choices, own]);
      proposal = proposals.find(({ pattern }) => pattern === chosen) ?? null;
    }
  }
  if (proposal !== null) return sourceOfLines(settings, lines, proposal);
  const pattern = await questions.text({
    option: 'pattern',
    message:
      'Pattern for a whole line, with (?<value>...) around the reading and (?<channel>...) around whose it is',
    standard: null,
    complaint: (answer) => complaintAboutPattern(answer, settings, lines),
  });
  const tried = tryPattern(pattern, lines);
  return sourceOfLines(settings, lines, tried ?? { pattern, latest: new Map() });
}

function complaintAboutPattern(pattern: string, settings: Settings, lines: readonly string[]): string | null {
  const source = sourceOfLines({ ...settings, port: '/dev/ttyS0' }, [], { pattern, latest: new Map() });
  const slots = GOOD_ANSWERS.slots.map((slot) => ({ ...slot, channel: source.hasChannels ? '1' : null }));
  const complaint = complaintAbout({ source, slots });
  if (complaint !== null) return complaint;
  if (lines.length === 0 || tryPattern(pattern, lines) !== null) return null;
  return `it matches none of the ${lines.length} lines that were heard, such as ${JSON.stringify(lines.at(-1))}: it has to match a whole line`;
}

/** `slot=1 raw=512 -> channel 1, value 512`, so that a person sees what is read. */
function atWork({ pattern, matched, latest }: LineProposal, lines: readonly string[]): string {
  const read = [...latest]
    .slice(0, SHOWN_LINES)
    .map(([channel, raw]) => (channel === '' ? `value ${raw}` : `channel ${channel} value ${raw}`))
    .join('; ');
  return `${read}  (${matched} of ${lines.length} lines)  ${pattern}`;
}
