import { ULTRASONIC_MODELS, type UltrasonicModel } from '../../hardware/serial/ultrasonic-models.ts';
import { complaintAbout } from './answer-check.ts';
import type { SourceAnswer, SourceDriver } from './answers.ts';
import { type Choice, type Questions, WrongWords } from './ask.ts';
import { askPattern } from './ask-pattern.ts';
import type { FoundChip, FoundConverter } from './board-devices.ts';
import { type HeardPort, portText, sourceHeard, sourceOfChip, sourceOfConverter } from './candidates.ts';
import { SOURCE_FACTS } from './source-facts.ts';

/** What there is on this machine. */
export type Found = {
  readonly ports: readonly HeardPort[];
  readonly chips: readonly FoundChip[];
  readonly converters: readonly FoundConverter[];
};

/** One thing that readings can come from: the source as far as it is known, and the port that it was heard on. */
type Candidate = {
  readonly name: string;
  readonly source: SourceAnswer | null;
  readonly port: HeardPort | null;
};

const DRIVERS = Object.keys(SOURCE_FACTS) as readonly SourceDriver[];
const ANY_PORT = '/dev/serial/by-id/usb-...';

/** Settles where the readings come from. @throws WrongWords, Stopped */
export async function askSource(questions: Questions, found: Found): Promise<SourceAnswer> {
  const driver = driverGiven(questions);
  if (driver === 'gpio') return withChip(questions, found);
  if (driver === 'iio') return withConverter(questions, found);
  const { source, port } = await choose(questions, found);
  if (driver === null && source?.driver === 'gpio') return source;
  if (driver === null && source?.driver === 'iio') return source;
  return onPort(questions, port, driver ?? source?.driver ?? null);
}

function driverGiven(questions: Questions): SourceDriver | null {
  const given = questions.given('driver');
  return DRIVERS.find((known) => known === given) ?? null;
}

async function choose(questions: Questions, found: Found): Promise<Candidate> {
  const { ports, chips, converters } = found;
  const byHand: Candidate = { name: 'none of these: I type the device file', source: null, port: null };
  const all: readonly Candidate[] = [
    ...ports.map((port) => ({ name: portText(port), source: sourceHeard(port), port })),
    ...converters.map((converter) => ({
      name: `converter ${converter.device}: ${converter.inputs.join(', ')}`,
      source: sourceOfConverter(converter),
      port: null,
    })),
    ...chips.map((chip) => ({
      name: `GPIO lines of this board: ${chip.chip} (${chip.lines} lines)`,
      source: sourceOfChip(chip),
      port: null,
    })),
  ];
  // A port that was named was listened to, and is the only one.
  const [first] = all;
  if (questions.given('port') !== null) return first ?? byHand;
  const { person } = questions;
  if (person !== null) {
    const known = all.toSorted((a, b) => Number(b.source !== null) - Number(a.source !== null));
    return person.choose(
      'Where do the readings come from?',
      [...known, byHand].map((candidate) => ({ value: candidate, name: candidate.name })),
    );
  }
  const speaking = all.filter(({ port, source }) => port !== null && source !== null);
  const [only] = speaking;
  if (only !== undefined && speaking.length === 1) return only;
  const why =
    speaking.length === 0 ? 'no sensor was recognised' : `${speaking.length} sensors were recognised`;
  throw new WrongWords(`Where the readings come from is not clear, ${why}: add --port, and --driver.`);
}

async function onPort(
  questions: Questions,
  chosen: HeardPort | null,
  driver: SourceDriver | null,
): Promise<SourceAnswer> {
  const path =
    chosen?.port.path ??
    (await questions.text({
      option: 'port',
      message: `Device file of the serial port (${ANY_PORT})`,
      standard: null,
      complaint: (port) => complaintAbout({ source: bare('scale', { port }) }),
    }));
  const kind =
    driver ??
    (await questions.word(
      'driver',
      'What is connected there',
      DRIVERS.filter((known) => known !== 'gpio' && known !== 'iio').map((value) => ({ value, name: value })),
    ));
  const heard = chosen === null ? null : sourceHeard(chosen);
  const same = heard?.driver === kind ? heard : null;
  const baudRate = speedOf(questions, same);
  const settings = { port: path, ...(baudRate === null ? {} : { baudRate }) };
  if (kind === 'lines') {
    const recognised = chosen?.heard.recognised ?? null;
    return askPattern(questions, settings, recognised?.driver === 'lines' ? recognised : null);
  }
  const known = { latest: same?.latest ?? new Map<string, number>(), heard: same?.heard ?? '' };
  if (kind !== 'ultrasonic') {
    return { ...bare(kind, settings), ...known };
  }
  const model = await askModel(questions, chosen);
  return { ...bare(kind, { port: path, model, ...(baudRate === null ? {} : { baudRate }) }), ...known };
}

/** Null for the speed that the driver has by default. @throws WrongWords */
function speedOf(questions: Questions, heard: SourceAnswer | null): number | null {
  const given = questions.given('baud-rate');
  if (given === null) {
    const speed = heard?.settings['baudRate'];
    return typeof speed === 'number' ? speed : null;
  }
  const baudRate = Number(given);
  const complaint = complaintAbout({ source: bare('scale', { port: '/dev/ttyS0', baudRate }) });
  if (complaint !== null) throw new WrongWords(`--baud-rate ${given}: ${complaint}.`);
  return baudRate;
}

async function askModel(questions: Questions, chosen: HeardPort | null): Promise<UltrasonicModel> {
  const recognised = chosen?.heard.recognised;
  const heard = recognised?.driver === 'ultrasonic' ? recognised.models : [];
  const [only] = heard;
  if (only !== undefined && heard.length === 1 && questions.given('model') === null) return only;
  const others = (Object.keys(ULTRASONIC_MODELS) as UltrasonicModel[]).filter(
    (model) => !heard.includes(model),
  );
  const choices: readonly Choice<UltrasonicModel>[] = [...heard, ...others].map((value) => ({
    value,
    name: value,
  }));
  return questions.word('model', 'Which sensor is it', choices);
}

async function withChip(questions: Questions, { chips }: Found): Promise<SourceAnswer> {
  const chip = await questions.text({
    option: 'chip',
    message: 'GPIO chip, by label or name (gpioinfo shows them)',
    standard: chips[0]?.chip ?? null,
    complaint: (answer) =>
      answer === '' ? 'the label of a chip is expected, such as pinctrl-bcm2711' : null,
  });
  return sourceOfChip({ chip });
}

async function withConverter(questions: Questions, { converters }: Found): Promise<SourceAnswer> {
  const device = await questions.text({
    option: 'device',
    message: 'Name of the converter',
    standard: converters[0]?.device ?? null,
    complaint: (answer) => (answer === '' ? 'a name is expected, such as ads1115' : null),
  });
  return sourceOfConverter(converters.find((known) => known.device === device) ?? { device, inputs: [] });
}

function bare(driver: SourceDriver, settings: Readonly<Record<string, string | number>>): SourceAnswer {
  return {
    driver,
    settings,
    latest: new Map(),
    heard: '',
    hasChannels: SOURCE_FACTS[driver].channels !== 'none',
  };
}
