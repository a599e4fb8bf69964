import { expect, test } from 'vitest';
import { AnsiScreen } from '../support/ansi-screen.ts';
import { read } from './markdown.ts';
import { screenSvg } from './screen-svg.ts';

test('a screen becomes a picture: text where it stands, in its colour, bars as rectangles, nothing that is markup', () => {
  const screen = new AnsiScreen(6, 2);
  screen.write('\x1b[32ma<\x1b[0m ██▌\r\n\x1b[1mb\x1b[0m');
  const svg = screenSvg(screen, 'a & b');
  expect(svg).toContain('<title>a &amp; b</title>');
  expect(svg).toContain(
    '<text x="14" y="58" textLength="16.8" lengthAdjust="spacingAndGlyphs" fill="#3fb950">a&lt;</text>',
  );
  expect(svg).toContain('<rect x="39.2" y="44" width="16.8" height="18" fill="#c9d1d9"/>');
  expect(svg).toContain('<rect x="56" y="44" width="4.2" height="18" fill="#c9d1d9"/>');
  expect(svg).toMatch(/<text x="14" y="76" [^>]+ font-weight="bold">b<\/text>/);
});

test('a screen takes sequences in pieces, and refuses those that it does not know', () => {
  const screen = new AnsiScreen(4, 2);
  for (const piece of ['\x1b', '[1', '049h\x1b[?2', '5lab\x1b[H', 'c\x1b[K'])
    screen.write(piece.replace('[1', '[?1'));
  expect(screen).toMatchObject({ text: ['c', ''], isAlternate: true, isCursorShown: false });
  expect(() => screen.write('\x1b[5A')).toThrow(/does not know/);
  expect(() => screen.write('\x07')).toThrow(/does not know/);
});

test('the picture of watch is one of a whole screen, and names nothing of the machine that it was made on', () => {
  const picture = read('config/pictures/watch.svg');
  for (const words of ['replenish-agent watch', 'TEST_ORDER_PLACED', 'unsubscribed', 'broker'])
    expect(picture).toContain(words);
  expect(picture).not.toMatch(/\/tmp|\/home|rig-/);
});
