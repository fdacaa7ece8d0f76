import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { requirement } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

/** A file system of 40 KiB, if this user may mount one. */
const disk = mkdtempSync(join(tmpdir(), 'airtune-disk-'));
const mounted = requirement(
  'a run on a full disk',
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', disk]).status === 0
    ? undefined
    : 'this user may not mount a file system',
);
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});
const files = sharedScratchFolder(tinyModelAndData());

test.skipIf(!mounted)('a full disk is one clear line that names the file and says how to go on', async () => {
  const out = join(disk, 'out');
  const { exitCode, stderr } = await airtune(['run', ...tinyArguments(files), '--out', out]);
  const lines = stderr.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^airtune: .*disk.*: the disk is full\. .*--resume/);
  expect(exitCode).toBe(8);
  expect(existsSync(join(out, 'result.json'))).toBe(false);
});
