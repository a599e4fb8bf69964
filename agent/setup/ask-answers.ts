import { complaintAbout, GOOD_ANSWERS } from './answer-check.ts';
import { ACCESS_TOKEN_FILE, type Answers, type BrokerAnswer, type TokenAnswer } from './answers.ts';
import { type Questions, WrongWords } from './ask.ts';
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
    message: 'Address of Dash Replenishment',
    standard: GOOD_ANSWERS.replenishUrl,
    complaint: (answer) => complaintAbout({ replenishUrl: answer }),
  });
  const token = await askToken(questions);
  const measured = slots.every(({ isCalibrated }) => isCalibrated);
  const isDry =
    measured || questions.given('dry-run') !== null
      ? (await questions.word('dry-run', 'Dry run first?', DRY_RUN)) === 'yes'
      : true;
  if (!isDry && !measured) {
    throw new WrongWords(
      '--dry-run no: a slot that was not measured must not order; give empty= and full= with --slot.',
    );
  }
  return { deviceId, deviceName, broker, replenishUrl, token, dryRun: isDry, source, slots };
}

async function askBroker(questions: Questions, allowInsecure: boolean): Promise<BrokerAnswer> {
  const about = (broker: Partial<BrokerAnswer>): string | null =>
    complaintAbout({ broker: { ...GOOD_ANSWERS.broker, ...broker } });
  const url = await questions.text({
    option: 'broker',
    message: 'MQTT broker (mqtts://host:8883)',
    standard: null,
    complaint: (answer) => {
      const complaint = about({ url: answer, allowInsecure });
      return complaint?.includes('allowInsecure') === true
        ? 'without TLS anybody on the network could read and change it: type mqtts://, or start init with --allow-insecure if the network is your own'
        : complaint;
    },
  });
  const user = await questions.maybeText({
    option: 'user',
    message: 'User name at the broker (may be empty)',
    complaint: (answer) => about({ user: answer }),
  });
  const caFile = questions.given('ca-file');
  // Only where it is needed: an own authority is rare, and never meant without TLS.
  const wrong = caFile === null ? null : about({ caFile });
  if (wrong !== null) throw new WrongWords(`--ca-file: ${wrong}.`);
  const isNeeded = allowInsecure && about({ url }) !== null;
  return { url, allowInsecure: isNeeded, user, caFile };
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
