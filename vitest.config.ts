import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Generous on purpose: tests wait for facts (a message, a file, an exit), never for time, so a slow
    // machine makes them slower and not red.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Only where .ci/run says so: brokers, browsers and boards on a machine that others load may lose a race that
    // says nothing about us. What fails twice is red; what passes at the second try is printed as a retry.
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
  },
});
