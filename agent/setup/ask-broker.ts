import { complaintAbout, GOOD_ANSWERS } from './answer-check.ts';
import type { BrokerAnswer } from './answers.ts';
import { type Questions, WrongWords } from './ask.ts';

const UNPROTECTED =
  'without TLS anybody on the network could read and change it: type mqtts://, or start init with --allow-insecure if the network is your own';

/** @throws WrongWords, Stopped */
export async function askBroker(questions: Questions, isPlainAllowed: boolean): Promise<BrokerAnswer> {
  const { url, allowInsecure } = await askUrl(questions, isPlainAllowed);
  const user = await questions.maybeText({
    option: 'user',
    message: 'User name at the broker (may be empty)',
    complaint: (answer) => about({ user: answer }),
  });
  const caFile = questions.given('ca-file');
  // Only where it is needed: an own authority is rare, and never meant without TLS.
  const judge = (file: string): string | null => about({ url, allowInsecure, caFile: file });
  const wrong = caFile === null ? null : judge(caFile);
  if (wrong === null) return { url, allowInsecure, user, caFile };
  const { person } = questions;
  if (person === null) throw new WrongWords(`--ca-file: ${wrong}.`);
  const right = await person.text({
    message: `--ca-file: ${wrong}. File with the authorities that vouch for the broker (may be empty)`,
    standard: '',
    complaint: (answer) => (answer === '' ? null : judge(answer)),
  });
  return { url, allowInsecure, user, caFile: right.trim() === '' ? null : right.trim() };
}

/** A broker without TLS is asked about, and another one asked for after a no: what was answered before is kept. */
async function askUrl(
  questions: Questions,
  isPlainAllowed: boolean,
): Promise<Pick<BrokerAnswer, 'url' | 'allowInsecure'>> {
  const { person } = questions;
  const mayBePlain = isPlainAllowed || person !== null;
  const url = await questions.text({
    option: 'broker',
    message: 'MQTT broker (mqtts://host:8883)',
    standard: null,
    complaint: (answer) => {
      const complaint = about({ url: answer, allowInsecure: mayBePlain });
      return complaint?.includes('allowInsecure') === true ? UNPROTECTED : complaint;
    },
  });
  const isPlain = about({ url }) !== null;
  if (!isPlain) return { url, allowInsecure: false };
  const isAgreed =
    isPlainAllowed ||
    (await person?.agrees(
      `Without TLS anybody on the network can read and change what goes to ${url}. Use it all the same?`,
      false,
    )) === true;
  return isAgreed ? { url, allowInsecure: true } : askUrl(questions.without('broker'), false);
}

function about(broker: Partial<BrokerAnswer>): string | null {
  return complaintAbout({ broker: { ...GOOD_ANSWERS.broker, ...broker } });
}
