import type { Cancel, Timing } from '../../hardware/timing.ts';
import { createLineCutter } from './line-cutter.ts';
import type { RunningService } from './local-service.ts';
import { type LocalRequest, parseRequest, REQUEST_BYTES_MAX } from './request-message.ts';

export type ConversationOptions = {
  readonly service: RunningService;
  readonly timing: Timing;
  /** Sends text to the other side. */
  readonly say: (text: string) => void;
  /** Bytes that the other side has not taken yet. */
  readonly waiting: () => number;
  readonly hangUp: () => void;
};

export type Conversation = {
  hear(chunk: Buffer): void;
  /** The other side is gone. */
  end(): void;
};

/** A burst for a program that begins, then five requests a second. */
const CREDIT_MAX = 20;
const CREDIT_PER_SECOND = 5;

/** Nobody sees more than five pictures of a level in a second. */
const FRAME_EVERY_MS = 200;

/** What changes all the time and says nothing new. */
const NO_NEWS: ReadonlySet<string> = new Set(['at', 'emptyAt', 'nextWakeAt', 'lastReadingAt']);

const SILENCE_MS_MAX = 60_000;

const DEFECT = { ok: false, message: 'The command ended in a defect of the agent. Look at its log.' };

/** Who asks on and on and reads nothing is sent away. */
const WAITING_BYTES_MAX = 1024 * 1024;

/**
 * One connection to the service. What comes is hostile until it is parsed: a line that is too long, or one too many,
 * ends the conversation. A slow reader misses frames and never piles them up: the next one is always the newest.
 */
export function createConversation(options: ConversationOptions): Conversation {
  const { service, timing, say, waiting, hangUp } = options;
  const cutter = createLineCutter(REQUEST_BYTES_MAX);
  let credit = CREDIT_MAX;
  let creditedAtMs = timing.nowMs();
  let isOver = false;
  let cancelTimer: Cancel | null = null;
  let lastNews: string | null = null;
  let isWatching = false;

  const answer = (value: unknown): void => {
    if (!isOver) say(`${JSON.stringify(value)}\n`);
  };
  const end = (): void => {
    isOver = true;
    cancelTimer?.();
  };
  const refuse = (error: string): void => {
    answer({ error });
    if (!isOver) hangUp();
    end();
  };
  const awaitRequest = (): void => {
    if (isWatching || isOver) return;
    cancelTimer?.();
    cancelTimer = timing.after(SILENCE_MS_MAX, () => refuse('Nothing was asked for a minute.'));
  };
  const watch = (): void => {
    if (isOver) return;
    // Nobody is asked to take more while something still waits to be taken.
    if (waiting() === 0) {
      const frame = service.live();
      const news = JSON.stringify(frame, (key, value) => (NO_NEWS.has(key) ? undefined : value));
      if (news !== lastNews) answer(frame);
      lastNews = news;
    }
    cancelTimer = timing.after(FRAME_EVERY_MS, watch);
  };
  const isAdmitted = (): boolean => {
    const nowMs = timing.nowMs();
    credit = Math.min(CREDIT_MAX, credit + ((nowMs - creditedAtMs) / 1000) * CREDIT_PER_SECOND);
    creditedAtMs = nowMs;
    credit -= 1;
    return credit >= 0;
  };

  const obey = (request: LocalRequest): void => {
    switch (request.kind) {
      case 'command':
        service.perform(request.command).then(answer, () => answer(DEFECT));
        return;
      case 'status':
        answer(service.status());
        return;
      case 'reload':
        service.reload().then(answer, () => answer(DEFECT));
        return;
      case 'watch':
        if (isWatching) return;
        isWatching = true;
        cancelTimer?.();
        watch();
        return;
    }
  };
  const take = (line: string): void => {
    const request = parseRequest(line);
    if (!isAdmitted() || waiting() > WAITING_BYTES_MAX) refuse('That was too much at once. Ask more slowly.');
    else if (request === null)
      refuse(
        'That is no request: {"command": ...}, {"status": true}, {"watch": true} or {"reload": true}, in a line.',
      );
    else obey(request);
  };

  awaitRequest();
  return {
    hear: (chunk) => {
      if (isOver) return;
      awaitRequest();
      const lines = cutter.take(chunk);
      if (lines === null) refuse(`A request has ${REQUEST_BYTES_MAX} bytes at the most.`);
      else for (const line of lines) if (!isOver) take(line);
    },
    end,
  };
}
