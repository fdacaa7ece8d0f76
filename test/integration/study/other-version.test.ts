import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RESULT_VERSION } from '#shared/protocol/run-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

describe("a run's folder of another version", () => {
  const folder = sharedScratchFolder({
    'result.json': JSON.stringify({ format: 'airtune-result', version: 99, rounds: [] }),
  });

  for (const [what, command] of [
    ['compared with', ['study', '--compare', folder]],
    ['learnt from', ['study', '--learning', folder, '--out', join(folder, 'out')]],
    ['calibrated by', ['calibrate', folder]],
    ['reported', ['report', folder]],
  ] as const) {
    it(`is named with both versions when it is to be ${what}`, async () => {
      const { exitCode, stderr } = await airtune(command);
      expect(stderr).toContain(
        `${join(folder, 'result.json')}: is of version 99; this is version ${RESULT_VERSION}.`,
      );
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(exitCode).toBe(2);
    });
  }
});
