import type { Duplex } from 'node:stream';
import type { MqttConfig } from '../../config/config.ts';
import { openSocket } from '../report/broker-stream.ts';
import { type ConnectPlan, type PlanResult, planConnection } from '../report/connect-plan.ts';
import { transportFailure } from '../report/mqtt-failure.ts';

/** The way to the broker, without what is needed only to be let in. */
export function planWay(mqtt: MqttConfig): PlanResult {
  return planConnection({ ...mqtt, username: null, passwordFile: null });
}

/** The same, without what only TLS needs. */
export function planBareWay(mqtt: MqttConfig): PlanResult {
  return planWay({ ...mqtt, caFile: null, certFile: null, keyFile: null });
}

/**
 * Opens a stream to the broker, lets `look` see it, and ends it without a word of MQTT.
 * @returns what `look` made of it, or the sentence about why there was no stream.
 */
export function probe<Value>(
  plan: ConnectPlan,
  isTls: boolean,
  look: (stream: Duplex) => Value,
): Promise<{ readonly ok: true; readonly value: Value } | { readonly ok: false; readonly sentence: string }> {
  const target = { ...plan.target, scheme: isTls ? ('mqtts' as const) : ('mqtt' as const) };
  return new Promise((resolve) => {
    const failed = (error: unknown): void =>
      resolve({ ok: false, sentence: transportFailure(error, plan.target).sentence });
    try {
      const stream = openSocket({ ...plan, target }, () => {
        resolve({ ok: true, value: look(stream) });
        stream.destroy();
      });
      stream.on('error', failed);
    } catch (error) {
      failed(error);
    }
  });
}

/** `nc` tells at once whether anybody listens. */
export function knockCommand({ target: { host, port } }: ConnectPlan): string {
  return `nc -vz ${host} ${port}`;
}
