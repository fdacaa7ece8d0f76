import { describe, expect, it } from 'vitest';
import { parseRunResult, RESULT_VERSION } from '#shared/protocol/run-result.ts';
import { thrownLine } from '#test/support/thrown.ts';

const line = (value: unknown) => thrownLine(() => parseRunResult(value, 'out/result.json'));

describe('the result of a run', () => {
  it('of another version is refused before its fields are looked at', () => {
    expect(line({ version: 99, rounds: 'other' })).toContain(
      `out/result.json: is of version 99; this is version ${RESULT_VERSION}.`,
    );
  });

  it('names the field that is missing', () => {
    expect(line({ format: 'airtune-result', version: RESULT_VERSION })).toContain('run');
  });

  it.each([[null], ['text'], [[]], [{}]])('is not %j', (value) => {
    expect(line(value)).toMatch(/^out\/result\.json: /);
  });
});
