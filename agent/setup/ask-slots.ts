import { complaintAbout, GOOD_ANSWERS } from './answer-check.ts';
import type { SlotAnswer, SourceAnswer } from './answers.ts';
import { type Questions, WrongWords } from './ask.ts';
import { readSlotWords, type SlotWords } from './slot-words.ts';
import { isSwitch, SOURCE_FACTS } from './source-facts.ts';

const NOW = 'now';

/** Asks for the slots, one for each `--slot`, or as many as the person has. @throws WrongWords, Stopped */
export async function askSlots(
  questions: Questions,
  source: SourceAnswer,
  given: readonly string[],
): Promise<readonly SlotAnswer[]> {
  const described = given.map((text) => {
    const words = readSlotWords(text);
    if (typeof words === 'string') throw new WrongWords(words);
    return words;
  });
  const slots: SlotAnswer[] = [];
  for (const words of described) slots.push(await askSlot(questions, source, words, slots));
  if (described.length > 0) return slots;
  slots.push(await askSlot(questions, source, new Map(), slots));
  // Hardware with a single value has a single slot.
  const { person } = questions;
  while (source.hasChannels && person !== null && (await person.agrees('Is there another slot?', false))) {
    slots.push(await askSlot(questions, source, new Map(), slots));
  }
  return slots;
}

async function askSlot(
  questions: Questions,
  source: SourceAnswer,
  words: SlotWords,
  before: readonly SlotAnswer[],
): Promise<SlotAnswer> {
  const ofSlot = questionsOf(questions, words, before.length === 0);
  const [first] = GOOD_ANSWERS.slots;
  if (first === undefined) throw new Error('The good answers have no slot.');
  const wrong = (changed: Partial<SlotAnswer>, withSource = false): string | null => {
    const slots = withSource ? [...before, { ...first, ...changed }] : [{ ...first, ...changed }];
    return complaintAbout(withSource ? { source, slots } : { slots });
  };
  const name = await ofSlot.text({
    option: 'name',
    message: 'Name of the slot, part of its topics',
    standard: words.size === 0 && before.length === 0 ? 'main' : null,
    complaint: (answer) =>
      before.some((slot) => slot.name === answer) ? 'another slot has this name' : wrong({ name: answer }),
  });
  const slotId = await ofSlot.text({
    option: 'id',
    message: `Id of slot ${name} in Dash Replenishment`,
    standard: null,
    complaint: (answer) =>
      before.some((slot) => slot.slotId === answer) ? 'another slot has this id' : wrong({ slotId: answer }),
  });
  const label = await ofSlot.maybeText({
    option: 'label',
    message: `What people call ${name} (may be empty)`,
    complaint: (answer) => wrong({ label: answer }),
  });
  const channel = await askChannel(ofSlot, source, before, (answer) =>
    wrong({ name, slotId, channel: answer }, true),
  );
  const calibration = await askCalibration(ofSlot, source, channel);
  const slot = { name, slotId, label, channel, ...calibration, reorderAt: null, rearmAt: null };
  const reorderAt = words.get('reorderAt') ?? null;
  const rearmAt = words.get('rearmAt') ?? null;
  const thresholds = wrong({ ...slot, channel: null, reorderAt, rearmAt });
  if (thresholds !== null) throw new WrongWords(`The slot ${name} cannot be written: ${thresholds}.`);
  return { ...slot, reorderAt, rearmAt };
}

/** The same questions, answered by the words of one --slot; `--slot-id` is a short way for the first slot. */
function questionsOf(questions: Questions, words: SlotWords, isFirst: boolean): Questions {
  const given = new Map(words);
  const id = questions.given('slot-id');
  if (isFirst && id !== null && !given.has('id')) given.set('id', id);
  return questions.about('slot', given);
}

async function askChannel(
  questions: Questions,
  source: SourceAnswer,
  before: readonly SlotAnswer[],
  complaint: (answer: string) => string | null,
): Promise<string | null> {
  const given = questions.given('channel');
  if (!source.hasChannels) {
    if (given === null) return null;
    throw new WrongWords(`--slot ...,channel=${given}: this hardware has a single value; take channel out.`);
  }
  const { channelHint, channelExample } = SOURCE_FACTS[source.driver];
  const free = [...source.latest.keys()].filter((name) => !before.some(({ channel }) => channel === name));
  const { person } = questions;
  if (given === null && person !== null && free.length > 0) {
    const choices = free.map((name) => ({ value: name, name: `${name}  (now ${source.latest.get(name)})` }));
    const other = { value: '', name: 'another one' };
    const chosen = await person.choose('Which value does it read?', [...choices, other]);
    if (chosen !== '') return chosen;
  }
  return questions.text({
    option: 'channel',
    message: `Channel: ${channelHint} (such as ${channelExample})`,
    standard: free[0] ?? null,
    complaint,
  });
}

async function askCalibration(
  questions: Questions,
  { driver, latest }: SourceAnswer,
  channel: string | null,
): Promise<Pick<SlotAnswer, 'empty' | 'full' | 'isCalibrated'>> {
  const facts = SOURCE_FACTS[driver];
  const isGiven = questions.given('empty') !== null || questions.given('full') !== null;
  if (isSwitch(driver, channel) && !isGiven) return { empty: 0, full: 1, isCalibrated: true };
  const now = latest.get(channel ?? '');
  const example = now === undefined ? '' : `; ${NOW} means ${now}, what it reads now`;
  const numberOf = (answer: string): number => (answer === NOW ? (now ?? Number.NaN) : Number(answer));
  const ask = (option: 'empty' | 'full', other: number | null): Promise<string | null> =>
    questions.maybeText({
      option,
      message: `Raw value of the ${option} container (may be empty: measured later${example})`,
      complaint: (answer) => {
        if (!Number.isFinite(numberOf(answer)))
          return 'a number is expected, the raw value as the sensor gives it';
        return numberOf(answer) === other ? 'empty and full must be different raw values' : null;
      },
    });
  const emptyText = await ask('empty', null);
  const empty = emptyText === null ? null : numberOf(emptyText);
  const fullText = empty === null && questions.given('full') === null ? null : await ask('full', empty);
  if (empty === null || fullText === null)
    return { empty: facts.empty, full: facts.full, isCalibrated: false };
  return { empty, full: numberOf(fullText), isCalibrated: true };
}
