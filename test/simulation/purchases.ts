import type { SlotLimits } from '../../agent/policy/limits.ts';
import type { Container } from './container.ts';
import type { Order } from './drs.ts';
import { budgetIsKept, onePurchasePerDepletion } from './invariants/purchases.ts';
import { judge } from './judge.ts';
import type { Scene } from './scene.ts';

export type Purchase = {
  readonly order: Order;
  /** Of the agent's order that the request was for. */
  readonly orderId: string | null;
  /** What the request was for. */
  readonly filling: number;
  isCancelTold: boolean;
};

/** Every order of one slot that DRS recorded. */
export class Purchases {
  readonly #scene: Scene;
  readonly #container: Container;
  readonly #limits: SlotLimits;
  #list: Purchase[] = [];
  /** Since the agent's history begins: what its budget can know of. */
  #remembered: Order[] = [];

  constructor(scene: Scene, container: Container, limits: SlotLimits) {
    this.#scene = scene;
    this.#container = container;
    this.#limits = limits;
  }

  add(order: Order, orderId: string | null, filling: number): void {
    this.#list.push({ order, orderId, filling, isCancelTold: false });
    const live = this.#list.filter((one) => one.filling === filling && !one.order.isCancelled);
    const liveIds = live.map((one) => one.order.instanceId);
    judge(this.#scene, onePurchasePerDepletion, liveIds, filling);
    this.#remembered.push(order);
    const bought = this.#remembered.filter(({ isCancelled }) => !isCancelled);
    const recordedAtMs = bought.map((one) => one.recordedAtMs);
    judge(this.#scene, budgetIsKept, recordedAtMs, this.#limits);
  }

  find(instanceId: string | null): Purchase | null {
    return this.#list.find(({ order }) => order.instanceId === instanceId) ?? null;
  }

  /** Whether what is in the container now was paid for already. */
  hasLive(): boolean {
    const { filling } = this.#container;
    return this.#list.some((one) => one.filling === filling && !one.order.isCancelled);
  }

  /** The agent has forgotten all of them: its budget begins anew, the depletion of now does not. */
  forgetFormer(): void {
    this.#list = this.#list.filter(({ filling }) => filling === this.#container.filling);
    this.#remembered = [];
  }
}
