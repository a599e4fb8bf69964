import type { Config } from '../../config/config.ts';
import type { Timing } from '../../hardware/timing.ts';
import { parseFrame } from '../local/answer-schema.ts';
import { type ConnectPlan, planConnection } from '../report/connect-plan.ts';
import type { ProtocolVersion } from '../report/link.ts';
import { openMqttConnection } from '../report/mqtt-link.ts';
import { chooseAfter, FIRST_CHOICE } from '../report/protocol-choice.ts';
import type { ConnectionEnd } from '../report/reconnecting-link.ts';
import { mqttClientId, topics } from '../report/topics.ts';
import { wantedTopics } from '../report/wanted-topics.ts';
import { type Check, fail, JOURNAL, ok, quoted, type Rounds, warn } from './check.ts';

/** The service sends its first frame at once. */
const FRAME_MS_MAX = 2_000;

type Visit =
  /** `flaw`: what the broker refused although it let us in. */
  | { readonly kind: 'in'; readonly version: ProtocolVersion; readonly flaw: string | null }
  | { readonly kind: 'out'; readonly version: ProtocolVersion; readonly end: ConnectionEnd };

/**
 * Whether the broker lets the device in and lets it read what it has to. A visit under another client id: the agent's
 * session is not touched, nothing is published, no will is left, and messages that come are not looked at.
 */
export function brokerAuth(config: Config): Check {
  const { mqtt } = config;
  return {
    name: 'broker auth',
    needs: 'broker tls',
    run: async (rounds) => {
      const { clock } = rounds;
      const planned = planConnection(mqtt);
      if (!planned.ok)
        return fail(
          planned.problem,
          mqtt.passwordFile === null ? null : `ls -l ${quoted(mqtt.passwordFile)}`,
        );
      let visit = await pay(config, planned.plan, FIRST_CHOICE.version, clock);
      if (visit.kind === 'out') {
        const { version } = chooseAfter(FIRST_CHOICE, { stage: visit.end.stage, connectedForMs: 0 });
        if (version !== visit.version) visit = await pay(config, planned.plan, version, clock);
      }
      if (visit.kind === 'out') return fail(visit.end.sentence, subscribeCommand(config, planned.plan));
      const as = mqtt.username === null ? 'without a user name' : `as ${mqtt.username}`;
      const inside = `The broker lets the device in ${as}, by MQTT ${visit.version === 5 ? '5' : '3.1.1'}`;
      if (visit.flaw !== null)
        return fail(`${inside}. ${visit.flaw}`, subscribeCommand(config, planned.plan));
      const trouble = await serviceTrouble(rounds);
      if (trouble !== null) return warn(`${inside}. ${trouble}`, JOURNAL);
      return ok(`${inside}, and takes its subscriptions; publishing is not tried.`);
    },
  };
}

function pay(config: Config, plan: ConnectPlan, version: ProtocolVersion, timing: Timing): Promise<Visit> {
  const { topicPrefix } = config.mqtt;
  const request = {
    plan,
    version,
    clientId: `${mqttClientId(topicPrefix, config.device.id)}-doctor`,
    cleanStart: true,
    statusTopic: null,
    subscriptions: wantedTopics(config, topics(topicPrefix, config.device.id)),
  };
  return new Promise((resolve) => {
    let visit: Visit | null = null;
    const connection = openMqttConnection(timing)(request, {
      onReady: (flaw) => {
        const inside: Visit = { kind: 'in', version, flaw };
        visit = inside;
        // Gone before it is told: whoever looks next finds no visitor.
        void connection.close().then(() => resolve(inside));
      },
      onMessage: () => undefined,
      onEnd: (end) => resolve(visit ?? { kind: 'out', version, end }),
    });
  });
}

/** What the agent's own session has to tell; null when there is none, or nothing is wrong with it. */
async function serviceTrouble(rounds: Rounds): Promise<string | null> {
  const seen = await rounds.service();
  const connection = seen.kind === 'running' ? await rounds.reach() : null;
  if (connection === null) return null;
  connection.ask({ watch: true });
  const line = await connection.next(FRAME_MS_MAX);
  connection.close();
  const answer = line === null ? null : parseFrame(line);
  if (answer?.kind !== 'answer') return null;
  const { broker, device } = answer.value;
  if (broker.error !== null) return `The service says: ${broker.error}`;
  if (!broker.connected) return 'The service itself is not connected at this moment.';
  const { depth } = device.outbox;
  return depth === 0
    ? null
    : `Order events wait for the broker to take them (${depth}): may the device write?`;
}

/** The same from outside; the password is asked for in no way that leaves a trace. */
function subscribeCommand({ device, mqtt }: Config, { target }: ConnectPlan): string {
  const options = [
    `-h ${target.host} -p ${target.port}`,
    ...(mqtt.caFile === null ? [] : [`--cafile ${quoted(mqtt.caFile)}`]),
    ...(mqtt.certFile === null || mqtt.keyFile === null
      ? []
      : [`--cert ${quoted(mqtt.certFile)} --key ${quoted(mqtt.keyFile)}`]),
    ...(mqtt.username === null ? [] : [`-u ${quoted(mqtt.username)}`]),
    ...(mqtt.passwordFile === null ? [] : [`-P "$(cat ${quoted(mqtt.passwordFile)})"`]),
  ];
  return `mosquitto_sub -d ${options.join(' ')} -t ${topics(mqtt.topicPrefix, device.id).notification}`;
}
