import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '#local/project-folders.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';

interface Trial {
  readonly exitCode: number | null;
  readonly output: string;
  /** Files that remain in its temporary folder. */
  readonly left: readonly string[];
}

/** Sends SIGINT each time the next of these texts has been printed. */
function tryMiniStack(args: readonly string[], interruptAt: readonly string[] = []): Promise<Trial> {
  const temporary = scratchFolder();
  const child = spawn(process.execPath, [join(PROJECT_FOLDER, 'local/try-ministack.ts'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', TMPDIR: temporary },
  });
  let output = '';
  let interrupts = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const next = interruptAt[interrupts];
      if (next !== undefined && output.includes(next)) {
        interrupts += 1;
        child.kill('SIGINT');
      }
    });
  }
  return new Promise((resolve) =>
    child.on('close', (exitCode) => {
      // Ignores Node's own cache, which is in the same folder.
      const left = readdirSync(temporary).filter((name) => name !== 'node-compile-cache');
      resolve({ exitCode, output, left });
    }),
  );
}

const isRun = hasMiniStack && fullRunOnly('npm run local:ministack');

describe.skipIf(!isRun)('npm run local:ministack', () => {
  it('deploys, runs, says where the time went, and leaves nothing', async () => {
    const folder = scratchFolder(tinyModelAndData());
    const { exitCode, output, left } = await tryMiniStack([
      ...['--model', folder, '--data', folder, '--batch-size', '2', '--set', 'data.maxTokens=8'],
      ...['--engine', 'tfjs'],
    ]);
    expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
    for (const shown of ['round 5/5', 'encoderCompute', 'deploy ', 'take down', 'whole round']) {
      expect(output).toContain(shown);
    }
    // The run's folder has been removed by then.
    expect(output).not.toMatch(/airtune-local-/);
    expect(left).toEqual([]);
  }, 300_000);

  // Five more deployments, each taken down: minutes.
  it.each([
    [['start MiniStack ...']],
    [['bootstrap ...']],
    [['deploy ...']],
    [['round 1/5']],
    [['deploy ...', 'taking down']],
  ])(
    'leaves nothing when Ctrl-C comes at %j',
    async (interruptAt) => {
      const folder = scratchFolder(tinyModelAndData());
      const args = ['--model', folder, '--data', folder, '--batch-size', '2', '--set', 'data.maxTokens=8'];
      const { exitCode, output, left } = await tryMiniStack(args, interruptAt);
      expect(output).toContain('stopped, and taken down.');
      // No line suggests resuming from a removed folder.
      expect(output).not.toContain('--resume');
      expect(exitCode).toBe(130);
      expect(left).toEqual([]);
    },
    300_000,
  );
});
