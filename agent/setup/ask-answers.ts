import { complaintAbout, GOOD_ANSWERS } from './answer-check.ts';
import { ACCESS_TOKEN_FILE, type Answers, type TokenAnswer } from './answers.ts';
import { type Questions, WrongWords } from './ask.ts';
import { askBroker } from './ask-broker.ts';
import { askSlots } from './ask-slots.ts';
import { askSource, type Found } from './ask-source.ts';

/** What the questions are asked with. */
export type Circumstances = {
  readonly found: Found;
  readonly hostName: string;
  /** Words of each --slot. */
  readonly slots: readonly string[];
  readonly allowInsecure: boolean;
};

const DRY_RUN = [
  { value: 'yes', name: 'yes: watch and report, order nothing; it is switched off in the file' },
  { value: 'no', name: 'no: orders are placed, and paid for' },
] as const;

const TOKEN_SOURCES = [
  { value: 'mqtt', name: 'mqtt: a service of yours sends them over MQTT' },
  { value: 'lwa', name: 'lwa: this device gets them from Login with Amazon' },
  { value: 'file', name: 'file: another program on this machine writes them' },
] as const;

/** Asks all that a first configuration needs, the hardware first. @throws WrongWords, Stopped */
export async function askAnswers(questions: Questions, circumstances: Circumstances): Promise<Answers> {
  const source = await askSource(questions, circumstances.found);
  const slots = await askSlots(questions, source, circumstances.slots);
  const deviceId = await questions.text({
    option: 'device-id',
    message: 'Id of this device, part of its topics',
    standard: idOf(circumstances.hostName),
    complaint: (answer) => complaintAbout({ deviceId: answer }),
  });
  const deviceName = await questions.maybeText({
    option: 'device-name',
    message: 'What people call it (may be empty)',
    complaint: (answer) => complaintAbout({ deviceName: answer }),
  });
  const broker = await askBroker(questions, circumstances.allowInsecure);
  const replenishUrl = await questions.text({
    option: 'replenish-url',
    message: 'Address of Dash Replenishment (the same for every country)',
    standard: GOOD_ANSWERS.replenishUrl,
    complaint: (answer) => complaintAbout({ replenishUrl: answer }),
  });
  const token = await askToken(questions);
  const measured = slots.every(({ isCalibrated }) => isCalibrated);
  const dryRun = await askDryRun(questions, measured);
  return { deviceId, deviceName, broker, replenishUrl, token, dryRun, source, slots };
}

/** What was not measured must not order: nobody is asked then. */
async function askDryRun(questions: Questions, isMeasured: boolean): Promise<boolean> {
  if (isMeasured) return (await questions.word('dry-run', 'Dry run first?', DRY_RUN)) === 'yes';
  if (questions.given('dry-run') !== 'no') return true;
  const isAgreed = await questions.person?.agrees(
    '--dry-run no: a slot that was not measured must not order. Write the file with a dry run?',
    true,
  );
  if (isAgreed === true) return true;
  throw new WrongWords(
    '--dry-run no: a slot that was not measured must not order; give empty= and full= with --slot.',
  );
}

async function askToken(questions: Questions): Promise<TokenAnswer> {
  const source = await questions.word('token', 'Where do access tokens come from?', TOKEN_SOURCES);
  switch (source) {
    case 'mqtt':
      return { source };
    case 'file':
      return {
        source,
        file: await questions.text({
          option: 'token-file',
          message: 'File with the access token, beside the configuration',
          standard: ACCESS_TOKEN_FILE,
          complaint: (file) => complaintAbout({ token: { source, file } }),
        }),
      };
    case 'lwa':
      return {
        source,
        clientId: await questions.text({
          option: 'client-id',
          message: 'Client id of the security profile at Login with Amazon',
          standard: null,
          complaint: (clientId) => complaintAbout({ token: { source, clientId } }),
        }),
      };
  }
}

/** The name of the machine as an id: letters, digits, `_` and `-`. */
function idOf(hostName: string): string {
  const id = hostName
    .split('.', 1)[0]
    ?.replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return id === undefined || id === '' ? GOOD_ANSWERS.deviceId : id;
}
