import type { Config } from '../../config/config.ts';
import type { Timing } from '../../hardware/timing.ts';
import { type ConnectPlan, planConnection } from '../report/connect-plan.ts';
import type { ProtocolVersion } from '../report/link.ts';
import { openMqttConnection } from '../report/mqtt-link.ts';
import { chooseAfter, FIRST_CHOICE } from '../report/protocol-choice.ts';
import type { ConnectionEnd } from '../report/reconnecting-link.ts';
import { mqttClientId, topics } from '../report/topics.ts';
import { wantedTopics } from '../report/wanted-topics.ts';
import { type Check, fail, JOURNAL, ok, type ServiceSeen, warn } from './check.ts';

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
    run: async ({ clock, service }) => {
      const planned = planConnection(mqtt);
      if (!planned.ok)
        return fail(planned.problem, mqtt.passwordFile === null ? null : `ls -l ${mqtt.passwordFile}`);
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
      const waiting = waitingEvents(await service());
      if (waiting > 0)
        return warn(`${inside}, and ${waiting} order events still wait to be taken: may it write?`, JOURNAL);
      return ok(`${inside}, and lets it read its topics; writing is not tried.`);
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

function waitingEvents(seen: ServiceSeen): number {
  return seen.kind === 'running' ? seen.status.outbox.depth : 0;
}

/** The same from outside; the password is asked for in no way that leaves a trace. */
function subscribeCommand({ device, mqtt }: Config, { target }: ConnectPlan): string {
  const options = [
    `-h ${target.host} -p ${target.port}`,
    ...(mqtt.caFile === null ? [] : [`--cafile ${mqtt.caFile}`]),
    ...(mqtt.certFile === null || mqtt.keyFile === null
      ? []
      : [`--cert ${mqtt.certFile} --key ${mqtt.keyFile}`]),
    ...(mqtt.username === null ? [] : [`-u ${mqtt.username}`]),
    ...(mqtt.passwordFile === null ? [] : [`-P "$(cat ${mqtt.passwordFile})"`]),
  ];
  return `mosquitto_sub -d ${options.join(' ')} -t ${topics(mqtt.topicPrefix, device.id).notification}`;
}
