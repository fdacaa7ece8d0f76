import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that leave nothing behind in their process: the files of a worker share their modules. */
const IN_PROCESS = ['unit', 'property', 'contract', 'golden', 'fuzz', 'commands'].map(
  (kind) => `test/${kind}/**/*.test.ts`,
);

/** Tests of programs, servers and native libraries: each file has a process of its own. */
const PROCESSES = ['integration', 'e2e'].map((kind) => `test/${kind}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Two cores is the smallest machine this is meant for; a worker per core keeps native engines from
    // thrashing.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // The programs that tests start, and their workers, find code that Node has compiled before.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache/compile') },
    projects: [
      { extends: true, test: { name: 'in-process', include: IN_PROCESS, isolate: false } },
      { extends: true, test: { name: 'processes', include: PROCESSES } },
    ],
  },
});
