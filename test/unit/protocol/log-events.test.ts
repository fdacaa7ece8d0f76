import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOG_EVENTS, parseLogRecord } from '#shared/protocol/log-events.ts';
import { STAGES } from '#shared/protocol/stages.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('log events', () => {
  it('are reported by the table only: no other code names a record', () => {
    const direct = globSync('{functions,cli,run}/**/*.ts', { cwd: ROOT }).filter((file) =>
      /\.event\(\s*['"`]/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(direct).toEqual([]);
  });

  it('of a committed round have a field for each stage', () => {
    expect(Object.keys(LOG_EVENTS['round-committed'].shape)).toEqual(expect.arrayContaining([...STAGES]));
  });

  it('are read among other records, and a damaged one is named', () => {
    const record = { event: 'late', run: 'r', round: 2, device: 3, timeMs: 5, function: 'device' };
    expect(parseLogRecord('late', record, 'log')).toEqual({ run: 'r', round: 2, device: 3 });
    expect(parseLogRecord('recompute', record, 'log')).toBeUndefined();
    expect(parseLogRecord('late', 'START', 'log')).toBeUndefined();
    expect(() => parseLogRecord('late', { ...record, device: 'x' }, 'my.log')).toThrow(/device/);
  });
});
