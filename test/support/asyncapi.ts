import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { parse } from 'yaml';
import { finiteNumber, jsonRecord } from '../../config/json-value.ts';

const reference = v.object({ $ref: v.string() });

const documentSchema = v.object({
  channels: jsonRecord(
    v.string(),
    v.object({ address: v.string(), messages: jsonRecord(v.string(), reference) }),
  ),
  operations: jsonRecord(
    v.string(),
    v.object({
      action: v.picklist(['send', 'receive']),
      channel: reference,
      bindings: v.object({ mqtt: v.object({ qos: finiteNumber, retain: v.boolean() }) }),
    }),
  ),
  components: v.object({
    messages: jsonRecord(
      v.string(),
      v.object({
        contentType: v.string(),
        payload: v.object({ schema: jsonRecord(v.string(), v.unknown()) }),
        examples: v.pipe(v.array(v.object({ name: v.string(), payload: v.unknown() })), v.minLength(1)),
      }),
    ),
    schemas: jsonRecord(v.string(), v.unknown()),
  }),
});

export type DocumentedMessage = {
  readonly name: string;
  /** Address under the base, with its parameters in braces. */
  readonly address: string;
  readonly contentType: string;
  readonly action: 'send' | 'receive';
  readonly qos: number;
  readonly retain: boolean;
  readonly examples: readonly unknown[];
  matches(topicUnderBase: string): boolean;
  validate: ValidateFunction;
};

function readMessages(): DocumentedMessage[] {
  const file = new URL('../../config/asyncapi.yaml', import.meta.url);
  const raw: unknown = parse(readFileSync(file, 'utf8'));
  const document = v.parse(documentSchema, raw);
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    ajv.addSchema(Object(schema), `#/components/schemas/${name}`);
  }
  return Object.values(document.operations).map((operation) => {
    const channel = document.channels[lastSegment(operation.channel.$ref)];
    const name = lastSegment(Object.values(channel?.messages ?? {})[0]?.$ref ?? '');
    const message = document.components.messages[name];
    if (channel === undefined || message === undefined)
      throw new Error(`asyncapi.yaml: ${name} leads nowhere`);
    const address = channel.address.replace('{prefix}/{deviceId}/', '');
    const pattern = new RegExp(`^${address.replace(/\{\w+\}/g, '[A-Za-z0-9_-]{1,64}')}$`);
    return {
      name,
      address,
      contentType: message.contentType,
      action: operation.action,
      ...operation.bindings.mqtt,
      examples: message.examples.map((example) => example.payload),
      matches: (topic) => pattern.test(topic),
      validate: ajv.compile(message.payload.schema),
    };
  });
}

/** Every message of config/asyncapi.yaml, ready to hold the wire to it. */
export const documentedMessages: readonly DocumentedMessage[] = readMessages();

/**
 * Holds one message to config/asyncapi.yaml.
 * @param topicUnderBase the topic without `{prefix}/{deviceId}/`.
 * @returns what is wrong with it; empty when it is as documented.
 */
export function validateMessage(topicUnderBase: string, payload: string): string[] {
  const message = documentedMessages.find((candidate) => candidate.matches(topicUnderBase));
  if (message === undefined) return [`${topicUnderBase} is not a topic of config/asyncapi.yaml`];
  let value: unknown = payload;
  if (message.contentType === 'application/json') {
    try {
      value = JSON.parse(payload);
    } catch {
      return [`${topicUnderBase}: the payload is not JSON`];
    }
  }
  if (message.validate(value)) return [];
  return (message.validate.errors ?? []).map(
    (error) => `${topicUnderBase}${error.instancePath} ${error.message ?? error.keyword}`,
  );
}

function lastSegment(pointer: string): string {
  return pointer.split('/').at(-1) ?? '';
}
