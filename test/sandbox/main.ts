import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeCertificate } from '../support/certificate.ts';
import { startAdminApi } from './admin-api.ts';
import { type CommandLine, readCommandLine, USAGE } from './command-line.ts';
import { notificationLine, requestLine, welcome } from './console-text.ts';
import { startSandbox } from './sandbox.ts';
import { DEFAULT_OPTIONS } from './sandbox-options.ts';

const commandLine = readCommandLine(process.argv.slice(2));
switch (commandLine.kind) {
  case 'help':
    process.stdout.write(USAGE);
    break;
  case 'problem':
    process.stderr.write(`${commandLine.problem}\nTry: npm run sandbox -- --help\n`);
    process.exitCode = 2;
    break;
  case 'serve':
    try {
      await serve(commandLine);
    } catch (error) {
      process.stderr.write(`${whyNot(error)}\n`);
      process.exit(1);
    }
}

function whyNot(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  const taken = /EADDRINUSE.* (\S+)$/.exec(why)?.[1];
  return taken === undefined
    ? `The sandbox can not start: ${why}`
    : `Another program listens on ${taken}: choose other ports with --port N and --admin-port N; 0 is any free one.`;
}

async function serve(asked: Extract<CommandLine, { kind: 'serve' }>): Promise<void> {
  const { host = DEFAULT_OPTIONS.host } = asked.options;
  const certificate = asked.tls
    ? makeCertificate({ hosts: [...new Set(['localhost', '127.0.0.1', host])] })
    : null;
  const sandbox = await startSandbox({
    ...asked.options,
    tls: certificate === null ? null : { key: certificate.keyPem, cert: certificate.certPem },
  });
  const admin = await startAdminApi(sandbox, asked.adminPort);
  const caFile = certificate === null ? null : writeCaFile(certificate.caPem);
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  say(welcome(sandbox, admin.url, caFile));
  sandbox.onRequest((request) => say(requestLine(request)));
  sandbox.onNotification((message) => say(notificationLine(message)));
  const stop = (): void => {
    if (caFile !== null) rmSync(dirname(caFile), { recursive: true, force: true });
    Promise.all([sandbox.close(), admin.close()]).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function writeCaFile(caPem: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'drs-sandbox-')), 'ca.pem');
  writeFileSync(file, caPem);
  return file;
}
