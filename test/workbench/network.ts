import { startTcpProxy } from '../report/tcp-proxy.ts';

/** The only way between the agent and everything else, to be cut. */
export type Network = {
  /** Ports on the agent's side. */
  readonly brokerPort: number;
  readonly drsPort: number;
  isUp(): boolean;
  cut(): void;
  restore(): void;
  close(): Promise<void>;
};

/** @param brokerPort on the far side, as is @param drsPort. */
export async function startNetwork(brokerPort: number, drsPort: number): Promise<Network> {
  const cables = await Promise.all([startTcpProxy(brokerPort), startTcpProxy(drsPort)]);
  const [broker, drs] = cables;
  let isUp = true;
  return {
    brokerPort: broker.port,
    drsPort: drs.port,
    isUp: () => isUp,
    cut: () => {
      isUp = false;
      for (const cable of cables) cable.unplug();
    },
    restore: () => {
      isUp = true;
      for (const cable of cables) cable.plugIn();
    },
    close: async () => {
      await Promise.all(cables.map((cable) => cable.close()));
    },
  };
}
