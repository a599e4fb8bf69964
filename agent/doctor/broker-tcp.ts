import type { MqttConfig } from '../../config/config.ts';
import { knockCommand, planBareWay, probe } from './broker-probe.ts';
import { type Check, fail, ok } from './check.ts';

/** Whether somebody listens at the broker's port. */
export function brokerTcp(mqtt: MqttConfig): Check {
  return {
    name: 'broker tcp',
    needs: 'broker dns',
    run: async ({ clock }) => {
      const planned = planBareWay(mqtt);
      if (!planned.ok) return fail(planned.problem, null);
      const { plan } = planned;
      const beganMs = clock.nowMs();
      const probed = await probe(plan, false, () => clock.nowMs() - beganMs);
      const { host, port } = plan.target;
      return probed.ok
        ? ok(`Port ${port} of ${host} answers after ${Math.round(probed.value)} ms.`)
        : fail(probed.sentence, knockCommand(plan));
    },
  };
}
