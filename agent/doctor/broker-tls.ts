import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { MqttConfig } from '../../config/config.ts';
import { isTls, isUnprotected } from '../../config/schema/url.ts';
import type { ConnectPlan } from '../report/connect-plan.ts';
import { planWay, probe } from './broker-probe.ts';
import { type Check, type Finding, fail, ok, quoted, warn } from './check.ts';

const DAY_MS = 86_400_000;
/** Whoever renews certificates by itself does so a month before; two weeks before nobody has. */
const DAYS_LEFT_FEW = 14;
const NAME_LENGTH_MAX = 200;

/** Whether the broker proves who it is, and for how long it still can. */
export function brokerTls(mqtt: MqttConfig): Check {
  return {
    name: 'broker tls',
    needs: 'broker tcp',
    run: async ({ clock }) => {
      if (!isTls(mqtt.url)) {
        return isUnprotected(mqtt.url)
          ? warn('There is no TLS: anybody on the network can read and change what is sent.', null)
          : ok('There is no TLS, and the broker is on this machine.');
      }
      const planned = planWay(mqtt);
      if (!planned.ok) return fail(planned.problem, filesCommand(mqtt));
      const probed = await probe(planned.plan, true, (stream) =>
        stream instanceof TLSSocket
          ? { certificate: stream.getPeerX509Certificate(), protocol: stream.getProtocol() }
          : null,
      );
      if (!probed.ok) return fail(probed.sentence, showCommand(planned.plan, mqtt));
      const { certificate, protocol } = probed.value ?? {};
      if (certificate === undefined) return warn('The broker showed no certificate of its own.', null);
      return judge(certificate, protocol ?? 'TLS', clock.wallMs(), showCommand(planned.plan, mqtt));
    },
  };
}

function judge(certificate: X509Certificate, protocol: string, wallMs: number, remedy: string): Finding {
  const daysLeft = Math.floor((certificate.validToDate.getTime() - wallMs) / DAY_MS);
  const until = certificate.validToDate.toISOString().slice(0, 10);
  const what = `${protocol}; the certificate is issued by ${nameOf(certificate.issuer)} and expires on ${until}, in ${daysLeft} days`;
  return daysLeft < DAYS_LEFT_FEW ? warn(`${what}: renew it.`, remedy) : ok(`${what}.`);
}

/** The common name, else all of it; written by whoever made the certificate. */
function nameOf(issuer: string): string {
  const common = /^CN=(.*)$/m.exec(issuer)?.[1] ?? issuer.replaceAll('\n', ', ');
  return common === '' ? 'somebody without a name' : common.slice(0, NAME_LENGTH_MAX);
}

/** Prints the certificate that the broker shows, with its issuer and its dates. */
function showCommand({ target: { host, port } }: ConnectPlan, { caFile }: MqttConfig): string {
  const ca = caFile === null ? '' : ` -CAfile ${quoted(caFile)}`;
  return `openssl s_client -connect ${host.includes(':') ? `[${host}]` : host}:${port}${ca} </dev/null`;
}

function filesCommand({ caFile, certFile, keyFile }: MqttConfig): string {
  return `ls -l ${[caFile, certFile, keyFile]
    .filter((file) => file !== null)
    .map(quoted)
    .join(' ')}`;
}
