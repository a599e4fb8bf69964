import type { Chance } from './chance.ts';
import type { Drs } from './drs.ts';
import { HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

/** The maker's cloud as far as tokens go: it hears requests and answers them; late, never, or with rubbish. */
export class TokenCloud {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #drs: Drs;
  readonly #lifeMs: number;
  readonly #reply: (payload: string) => void;
  #silentUntilMs = 0;

  constructor(scene: Scene, drs: Drs, lifeMs: number, reply: (payload: string) => void) {
    this.#scene = scene;
    this.#chance = scene.chance('token cloud');
    this.#drs = drs;
    this.#lifeMs = lifeMs;
    this.#reply = reply;
    scene.recurs('cloud silent', null, () => {
      this.#silentUntilMs = scene.nowMs + this.#chance.magnitude(10 * MINUTE_MS, 48 * HOUR_MS);
    });
  }

  hearRequest(): void {
    const scene = this.#scene;
    if (scene.nowMs < this.#silentUntilMs || scene.strikes('token never sent')) {
      scene.trouble();
      return;
    }
    const delayMs = scene.strikes('token late')
      ? this.#chance.magnitude(MINUTE_MS, 3 * HOUR_MS)
      : this.#chance.between(0.1, 5) * SECOND_MS;
    scene.after(delayMs, () => {
      const payload = this.#payload();
      this.#reply(payload);
      if (scene.strikes('token sent twice')) this.#reply(payload);
    });
  }

  #payload(): string {
    if (this.#scene.strikes('token not a token')) {
      this.#scene.trouble();
      return this.#chance.pick([
        '',
        'not JSON',
        '{"accessToken":""}',
        '{"accessToken":"a b","expiresIn":60}',
      ]);
    }
    const isBad = this.#scene.strikes('token bad');
    if (isBad) this.#scene.trouble();
    const accessToken = isBad
      ? `Atza|bad-${this.#chance.whole(1, 9)}`
      : this.#drs.issueToken(this.#lifeMs + MINUTE_MS);
    return JSON.stringify({ accessToken, expiresIn: this.#lifeMs / 1000 });
  }
}
