import * as v from 'valibot';
import { nearestName } from '../nearest.ts';
import { isGroup } from './group.ts';
import { type Found, found } from './issue.ts';
import { outcome } from './outcome.ts';

/** A kind of group, and the one word under `key` that stands for it. */
type Kind<K extends string> = v.GenericSchema & {
  readonly type: 'group';
  readonly entries: Readonly<Record<K, v.LiteralSchema<string, undefined>>>;
};

/** A group that is of one of several kinds. */
export interface ChoiceSchema<K extends string, O extends readonly Kind<K>[]>
  extends v.BaseSchema<v.InferInput<O[number]>, v.InferOutput<O[number]>, Found> {
  readonly type: 'choice';
  readonly key: K;
  readonly options: O;
}

/** A group whose word under `key` tells which of the kinds it is. */
export function choice<const K extends string, const O extends readonly Kind<K>[]>(
  key: K,
  options: O,
  message: string,
): ChoiceSchema<K, O> {
  return v._standardSchema<ChoiceSchema<K, O>>({
    kind: 'schema',
    type: 'choice',
    reference: choice,
    expects: 'Object',
    async: false,
    key,
    options,
    '~run': ({ value }, config) => {
      if (!isGroup(value)) return outcome(value, false, [found({ kind: 'no group' }, message, value)]);
      const word = Object.hasOwn(value, key) ? value[key] : undefined;
      const meant = options.find(({ entries }) => entries[key].literal === word);
      return meant === undefined
        ? outcome(value, false, [noSuchKind(key, options, value, word)])
        : (meant['~run']({ value }, config) as v.OutputDataset<v.InferOutput<O[number]>, Found>);
    },
  });
}

function noSuchKind<K extends string>(
  key: K,
  options: readonly Kind<K>[],
  group: object,
  typed: unknown,
): Found {
  const words = options.map(({ entries }) => entries[key].literal);
  const nearest = typeof typed === 'string' ? nearestName(typed, words) : null;
  return found({ kind: 'choice', key, group }, `type ${nearest ?? words.join(' or ')}`, group, [key]);
}
