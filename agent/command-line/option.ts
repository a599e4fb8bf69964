/** An option; without a `value` it is a switch. */
export type Option = {
  readonly value: string | null;
  readonly does: string;
  /** May be given several times. */
  readonly isRepeated?: true;
};

export const CONFIG_DEFAULT = '/etc/replenish-agent/agent.yaml';
