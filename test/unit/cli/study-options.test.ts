import { describe, expect, it } from 'vitest';
import { refuseWithoutEffect, type StudyOptions, threadCount } from '#cli/study/study-options.ts';
import { thrownLine } from '#test/support/thrown.ts';

describe('options of a study', () => {
  it('that would have no effect are refused, because a resumed study keeps its plan', () => {
    const options: StudyOptions = { resume: 'study-out', devices: '7', threads: '2', out: 'study-out' };
    expect(thrownLine(() => refuseWithoutEffect(options, '--resume'))).toContain(
      '--devices: has no effect beside --resume',
    );
    const { devices: _, ...rest } = options;
    expect(() => refuseWithoutEffect(rest, '--resume')).not.toThrow();
    expect(() => refuseWithoutEffect({ set: ['a=1'] }, '--compare', ['config', 'set'])).not.toThrow();
    expect(
      thrownLine(() => refuseWithoutEffect({ sweep: ['a=1'] }, '--compare', ['config', 'set'])),
    ).toContain('--sweep');
  });

  it('ask for no more threads than a machine can have processors for', () => {
    expect(threadCount({ threads: '2' })).toBe(2);
    expect(threadCount({})).toBeGreaterThanOrEqual(1);
    expect(thrownLine(() => threadCount({ threads: '100000' }))).toContain('Give 1 to 256');
    expect(thrownLine(() => threadCount({ threads: '0' }))).toContain('Give 1 to 256');
  });
});
