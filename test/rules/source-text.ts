/** A source text, taken apart without moving anything: each part has the length and the lines of the whole. */
export type SourceText = {
  /** Comments, and what stands in strings and regular expressions, are blank; the quotes stay. */
  readonly code: string;
  /** Only what stands in comments. */
  readonly comments: string;
};

/** After one of these a slash begins a regular expression and is no division. */
const BEFORE_EXPRESSION =
  /(?:^|[(,=:[!&|?{;+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|await|yield|else))\s*$/;

/** PURE. Tells code from comments and texts, so that a rule about code never trips over words in a sentence. */
export function takeApart(text: string): SourceText {
  let code = '';
  let comments = '';
  /** For every template literal that is open around this place: how many braces are open within its `${`. */
  const bracesInTemplates: number[] = [];
  let at = 0;

  const put = (length: number, kind: 'code' | 'comment' | 'text'): void => {
    const part = text.slice(at, at + length);
    const blank = part.replace(/[^\n]/g, ' ');
    code += kind === 'code' ? part : blank;
    comments += kind === 'comment' ? part : blank;
    at += length;
  };
  const rest = (pattern: RegExp): number => matchAt(pattern, text, at);
  const templatePart = (): void => {
    put(rest(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y), 'text');
    if (text.startsWith('${', at)) {
      put(2, 'code');
      bracesInTemplates.push(0);
    } else put(1, 'code');
  };

  while (at < text.length) {
    const sign = text[at] ?? '';
    const pair = text.slice(at, at + 2);
    const depth = bracesInTemplates.at(-1);
    if (pair === '//') put(rest(/[^\n]*/y), 'comment');
    else if (pair === '/*') put(rest(/[\s\S]*?\*\/|[\s\S]*/y), 'comment');
    else if (sign === '`') {
      put(1, 'code');
      templatePart();
    } else if (sign === '}' && depth === 0) {
      bracesInTemplates.pop();
      put(1, 'code');
      templatePart();
    } else if (sign === "'" || sign === '"') {
      put(1, 'code');
      put(rest(sign === "'" ? /(?:[^'\\\n]|\\[\s\S])*/y : /(?:[^"\\\n]|\\[\s\S])*/y), 'text');
      put(1, 'code');
    } else if (sign === '/' && BEFORE_EXPRESSION.test(code.slice(-200).trimEnd())) {
      put(rest(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*\/?/y), 'text');
    } else {
      if (depth !== undefined && sign === '{') bracesInTemplates[bracesInTemplates.length - 1] = depth + 1;
      if (depth !== undefined && sign === '}') bracesInTemplates[bracesInTemplates.length - 1] = depth - 1;
      put(1, 'code');
    }
  }
  return { code, comments };
}

/** Length of the match of a sticky pattern at a place; 0 without one. */
function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The line, from 1, that a place in a text is in. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
