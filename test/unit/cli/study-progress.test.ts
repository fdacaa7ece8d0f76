import { describe, expect, it } from 'vitest';
import { ProgressLines } from '#cli/print/progress-lines.ts';
import { StudyBar } from '#cli/study/study-progress.ts';

describe("a study's progress", () => {
  it('tells the time left by devices and not by rounds: a large round does not take as long as a small one', () => {
    const lines: string[] = [];
    let nowMs = 0;
    const bar = new StudyBar(
      new ProgressLines({ write: (text) => lines.push(text) }, { nowMs: () => nowMs, environment: {} }),
    );
    // One round of a million devices was done before; one of 900 and a hundred of 1 are left.
    bar.begin({ rounds: 102, deviceRounds: 1_001_000 }, { rounds: 1, deviceRounds: 1_000_000 });
    expect(lines.at(-1)).toContain('round 1 of 102, time left unknown');
    nowMs = 90_000;
    bar.roundDone(900);
    for (let round = 0; round < 50; round++) bar.roundDone(1);
    nowMs = 95_000;
    for (let round = 0; round < 50; round++) bar.roundDone(1);
    // At the 51st round: 90 s for 949 devices, 51 left.
    expect(lines.find((line) => line.startsWith('round 51 '))).toContain('about 5 s left');
    expect(lines.at(-1)).toContain('round 102 of 102, about 0 s left');
  });
});
