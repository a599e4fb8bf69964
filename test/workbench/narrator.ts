import type { News } from './news.ts';
import { SLOTS } from './scene.ts';
import type { LoggedSentence, Picture } from './screen.ts';
import { firstShow, learn, type Show } from './show.ts';
import type { Stage } from './stage.ts';
import { tell } from './story.ts';

/** Keeps what is known, and brings it on the stage. */
export type Narrator = {
  hear(news: News): void;
  /** Shows what has changed with time alone. @param voltsOf what the board printed last for a slot. */
  refresh(voltsOf: (slot: string) => number | null): void;
  show(): Show;
  elapsedMs(): number;
};

export type NarratorOptions = {
  readonly stage: Stage;
  readonly files: Picture['files'];
  /** Called after each piece of news. */
  readonly onShow: (show: Show) => void;
};

const LOG_MAX = 200;

export function createNarrator({ stage, files, onShow }: NarratorOptions): Narrator {
  const startedAtMs = performance.now();
  let show = firstShow(SLOTS);
  let log: readonly LoggedSentence[] = [];
  let volts: Picture['volts'] = SLOTS.map(() => null);
  const elapsedMs = (): number => performance.now() - startedAtMs;
  const picture = (): Picture => ({
    show,
    elapsedMs: elapsedMs(),
    volts,
    log,
    files,
    hasKeys: stage.hasKeys,
  });

  return {
    hear(news) {
      const fresh = tell(show, news).map((sentence) => ({ atMs: elapsedMs(), sentence }));
      show = learn(show, news);
      log = [...log, ...fresh].slice(-LOG_MAX);
      stage.show(picture(), fresh);
      onShow(show);
    },
    refresh(voltsOf) {
      volts = show.slots.map(({ key }) => voltsOf(key));
      stage.show(picture(), []);
    },
    show: () => show,
    elapsedMs,
  };
}
