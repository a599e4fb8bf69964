import { resolve } from 'node:path';
import { ACCESS_TOKEN_FILE, type Answers, PASSWORD_FILE } from './answers.ts';

/**
 * PURE. What is left to do after the file was written, as commands to type, in their order.
 *
 * @param path of the file, absolute.
 * @param isSudo whether the person had to type sudo to get here.
 */
export function nextSteps(
  answers: Answers,
  path: string,
  configDefault: string,
  isSudo: boolean,
): readonly string[] {
  const sudo = isSudo ? 'sudo ' : '';
  const folder = resolve(path, '..');
  const option = path === configDefault ? '' : ` --config ${path}`;
  const steps: string[] = [];
  if (answers.broker.user !== null) {
    steps.push(
      `put the password of ${answers.broker.user} into ${resolve(folder, PASSWORD_FILE)}:`,
      `    ${sudo}install -m 0640 /dev/stdin ${resolve(folder, PASSWORD_FILE)}    (type it, then Enter and Ctrl-D)`,
    );
  }
  if (answers.broker.caFile !== null)
    steps.push(`put the certificate beside it: ${resolve(folder, answers.broker.caFile)}`);
  steps.push(...tokenSteps(answers, folder, option));
  const measured = answers.slots.filter(({ isCalibrated }) => !isCalibrated);
  steps.push(
    ...measured.map(({ name }) => `measure the container: replenish-agent calibrate ${name}${option}`),
  );
  steps.push(
    `replenish-agent check${option}`,
    `replenish-agent doctor${option}`,
    `replenish-agent run${option}    (or start the service)`,
  );
  if (answers.dryRun) {
    steps.push(
      `when the readings look right: dryRun: false in ${path}, then stop and run it again`,
      `    (the service: ${sudo}systemctl reload replenish-agent)`,
    );
  }
  return steps;
}

function tokenSteps({ token }: Answers, folder: string, option: string): readonly string[] {
  if (token.source === 'lwa') {
    return [
      'add replenish.registration to the file (model, serial, redirectUri: see the README), then',
      `    replenish-agent register${option}`,
    ];
  }
  return token.source === 'file' && token.file === ACCESS_TOKEN_FILE
    ? [`let the other program write the access token into ${resolve(folder, token.file)}`]
    : [];
}
