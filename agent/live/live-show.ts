import type { LiveFrame } from '../local/service-view.ts';
import { styleOf } from '../terminal/style.ts';
import { openTerminal } from '../terminal/terminal.ts';
import type { History } from './picture/history.ts';
import { remember } from './picture/history.ts';
import { liveLines, type Told } from './picture/live-lines.ts';
import { type LivePicture, liveScreen, skippedMax } from './picture/live-screen.ts';
import { timeWords } from './picture/live-words.ts';

/** So long it is told where the view comes from now. */
const NOTE_MS = 10_000;

/** Where the live view is shown. */
export type LiveShow = {
  show(frame: LiveFrame, source: 'service' | 'alone', nowMs: number, wallMs: number): void;
  /** Nothing is to be seen for now; why. */
  note(sentence: string, nowMs: number, wallMs: number): void;
  /** Gives the terminal back. Harmless when done twice. */
  close(): void;
};

/** In place, on this process's terminal. @param onQuit the person has seen enough. */
export function openScreenShow(env: NodeJS.ProcessEnv, onQuit: () => void): LiveShow {
  const style = styleOf(env);
  const histories = new Map<string, History>();
  let picture: LivePicture = {
    source: 'none',
    frame: null,
    histories,
    wallMs: 0,
    note: null,
    skipped: 0,
  };
  let notedAtMs = 0;
  const draw = (change: Partial<LivePicture> = {}): void => {
    picture = { ...picture, ...change };
    terminal.draw(liveScreen(picture, terminal.size(), style));
  };
  const scroll = (by: number): void => {
    const { frame, skipped } = picture;
    const max = frame === null ? 0 : skippedMax(frame, terminal.size());
    draw({ skipped: Math.min(max, Math.max(0, skipped + by)) });
  };
  const terminal = openTerminal(process.stdin, process.stdout, () => draw());
  terminal.listen((key) => {
    if (key === 'q' || key === '\x03') onQuit();
    if (key === 'j') scroll(1);
    if (key === 'k') scroll(-1);
  });
  return {
    show: (frame, source, nowMs, wallMs) => {
      for (const [slot, { level }] of Object.entries(frame.slots))
        histories.set(slot, remember(histories.get(slot) ?? null, level, nowMs));
      const isOld = nowMs > notedAtMs + NOTE_MS;
      draw({ frame, source, wallMs, ...(isOld && { note: null }) });
    },
    note: (note, nowMs, wallMs) => {
      notedAtMs = nowMs;
      draw({ note, wallMs, source: 'none' });
    },
    close: terminal.close,
  };
}

/** Line by line on standard output: for pipes, files and terminals that can do no more. */
export function openLineShow(): LiveShow {
  let told: Told = new Map();
  return {
    show: (frame, source, _nowMs, wallMs) => {
      const next = liveLines(frame, source === 'service', wallMs, told);
      told = next.told;
      if (next.lines.length > 0) process.stdout.write(`${next.lines.join('\n')}\n`);
    },
    note: (sentence, _nowMs, wallMs) => {
      told = new Map();
      process.stdout.write(`${timeWords(wallMs)}  ${sentence}\n`);
    },
    close: () => undefined,
  };
}
