import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskConfig, redactor } from '../../agent/doctor/redact.ts';

describe('known secrets', () => {
  test('are taken out as they are, in JSON, in a url and in base64', () => {
    const secret = 'gRoss "geheim"/4711';
    const text = [
      secret,
      JSON.stringify({ a: secret }),
      `https://host/?q=${encodeURIComponent(secret)}`,
      Buffer.from(secret).toString('base64'),
    ].join('\n');
    expect(redactor([secret])(text)).toBe('***\n{"a":"***"}\nhttps://host/?q=***\n***');
  });

  test('never stay in any text, wherever they stand', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 4, maxLength: 40 }).filter((text) => !text.includes('*')),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(fc.string(), { maxLength: 5 }),
        (secrets, between) => {
          const text = secrets.map((secret, index) => `${between[index] ?? ''}\n${secret}\n`).join('');
          const clean = redactor(secrets)(text);
          for (const secret of secrets) expect(clean).not.toContain(`\n${secret}\n`);
        },
      ),
    );
  });

  test('tokens of Amazon and authorizations go although nobody knows them', () => {
    expect(redactor([])('a Atza|IQEBLj-x_9 b, Authorization: Bearer abc.def, "Atzr|x"')).toBe(
      'a *** b, Authorization: Bearer ***, "***"',
    );
  });

  test('that are too short to tell from other words stay, and so does everything else', () => {
    const text = 'the level is 64 % and stocked\n';
    expect(redactor(['64', 'is'])(text)).toBe(text);
  });
});

describe('a configuration', () => {
  test('keeps what is no secret, to the letter', () => {
    const text = [
      'mqtt:',
      '  passwordFile: mqtt-password  # a file of its own',
      'replenish:',
      '  token:',
      '    source: file',
      '    file: access-token',
      '  "token": { "source": "mqtt" }',
      '',
    ].join('\n');
    expect(maskConfig(text)).toBe(text);
  });

  test.each([
    ['behind its key', 'password: hunter2 hunter3'],
    ['in quotes', '  "password": "hunter2", hunter3'],
    ['in a comment', '# password: hunter2'],
    ['below its key', 'password:\n  hunter2\n  hunter3'],
    ['in a block', 'a:\n  clientSecret: |\n    hunter2\n    b: hunter3\n  c: 1'],
    ['folded', 'token: >-\n  hunter2\n\n  hunter3'],
    ['in quotes over two lines', 'apiKey: "hunter2\n  x: hunter3"'],
    ['in a list', '- password: hunter2\n  secret: hunter3'],
    ['in a url', 'url: mqtts://user:hunter2@broker'],
    ['below a group', 'token:\n  source: file\n  secret: hunter2\n  hunter3'],
  ])('loses a secret %s', (_case, text) => {
    const masked = maskConfig(text);
    expect(masked).not.toContain('hunter');
    expect(masked.split('\n')).toHaveLength(text.split('\n').length);
    expect(masked).toContain('***');
  });

  test('goes on after a secret', () => {
    expect(maskConfig('a:\n  password: |\n    hunter2\n  b: 1\nc: 2')).toBe(
      'a:\n  password: ***\n    ***\n  b: 1\nc: 2',
    );
  });
});
