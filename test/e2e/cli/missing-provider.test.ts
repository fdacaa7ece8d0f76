import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { airtune, type CommandResult } from '../../support/airtune-command.ts';
import { missingProvider } from '../../support/missing-provider.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '../../support/tiny-run.ts';

const missing = await missingProvider();

function runOn(engine: string, out: string, folder: string): Promise<CommandResult> {
  const settings = ['--engine', engine, '--set', `server.provider=${missing}`];
  return airtune(['run', ...tinyArguments(folder), '--out', out, ...settings]);
}

describe.skipIf(missing === undefined)('a provider that is not here', () => {
  const line = `setting provider ${missing}: .+\\. .+ use provider cpu\\.\n`;

  it('is named at once, with what to do, where its engine was asked for', async () => {
    const folder = scratchFolder(tinyModelAndData());
    const out = join(folder, 'out');
    const { exitCode, stderr } = await runOn('onnx', out, folder);
    expect(stderr).toMatch(new RegExp(`^airtune: ${line}$`));
    expect(exitCode).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it('gives way to the processor where any engine will do, and that is said', async () => {
    const folder = scratchFolder(tinyModelAndData());
    const { exitCode, stderr } = await runOn('auto', join(folder, 'out'), folder);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(new RegExp(`^onnx on ${missing} does not load: ${line}`));
  });
});
