import { lookup } from 'node:dns/promises';
import type { MqttConfig } from '../../config/config.ts';
import { isAddress } from '../report/broker-stream.ts';
import { transportFailure } from '../report/mqtt-failure.ts';
import { planBareWay } from './broker-probe.ts';
import { type Check, fail, ok } from './check.ts';

/** Whether the broker's name leads anywhere. */
export function brokerDns(mqtt: MqttConfig): Check {
  return {
    name: 'broker dns',
    run: async () => {
      const planned = planBareWay(mqtt);
      if (!planned.ok) return fail(planned.problem, null);
      const { target } = planned.plan;
      const { host } = target;
      if (isAddress(host)) return ok(`${host} is an address: there is no name to look up.`);
      try {
        const found = await lookup(host, { all: true });
        return ok(`${host} is ${found.map(({ address }) => address).join(', ')}.`);
      } catch (error) {
        return fail(transportFailure(error, target).sentence, `getent hosts ${host}`);
      }
    },
  };
}
