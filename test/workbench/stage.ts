import { styleOf } from '../../agent/terminal/style.ts';
import { openTerminal } from '../../agent/terminal/terminal.ts';
import { eventLine, levelLine } from './plain.ts';
import { frame, type LoggedSentence, type Picture } from './screen.ts';

/** Where the story is shown. */
export type Stage = {
  readonly hasKeys: boolean;
  /** @param fresh sentences that the last call did not have yet. */
  show(picture: Picture, fresh: readonly LoggedSentence[]): void;
  /** Hands over each key that is pressed, where there are keys. */
  listen(onKey: (key: string) => void): void;
  /** Gives the terminal back. Harmless when done twice. */
  close(): void;
};

const LEVELS_EVERY_MS = 5_000;

/** The live view on this process's terminal. */
export function openLiveStage(env: NodeJS.ProcessEnv): Stage {
  const style = styleOf(env);
  let last: Picture | null = null;
  const draw = (): void => {
    if (last !== null) terminal.draw(frame(last, terminal.size(), style));
  };
  const terminal = openTerminal(process.stdin, process.stdout, draw);
  return {
    hasKeys: terminal.hasKeys,
    show(picture) {
      last = picture;
      draw();
    },
    listen: terminal.listen,
    close: terminal.close,
  };
}

/** Lines on standard output: where the files are, one for each event, and the levels every few seconds. */
export function openPlainStage(): Stage {
  let levelsAtMs = 0;
  return {
    hasKeys: false,
    show(picture, fresh) {
      const { show, elapsedMs } = picture;
      const lines = levelsAtMs === 0 ? introLines(picture) : [];
      lines.push(...fresh.map(({ atMs, sentence }) => eventLine(atMs, sentence)));
      if (elapsedMs >= levelsAtMs) {
        if (levelsAtMs > 0) lines.push(levelLine(elapsedMs, show));
        levelsAtMs += LEVELS_EVERY_MS;
      }
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    },
    listen: () => undefined,
    close: () => undefined,
  };
}

function introLines({ files, elapsedMs }: Picture): string[] {
  const line = (who: string, text: string): string => eventLine(elapsedMs, { who, text, tone: 'note' });
  return [
    line('workbench', 'a coffee machine, sped up: days pass in seconds; nothing leaves this machine'),
    line('board', 'a simulated Arduino Uno with the real StandardFirmata; its sensors are voltages on pins'),
    line('config', files.config),
    line('log', files.log),
  ];
}
