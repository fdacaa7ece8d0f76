import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { airtune, type CommandResult } from '#test/support/airtune.ts';
import { missingProvider } from '#test/support/missing-provider.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const missing = await missingProvider();

function runOn(engine: string, out: string, folder: string): Promise<CommandResult> {
  const settings = ['--engine', engine, '--set', `server.provider=${missing}`];
  return airtune(['run', ...tinyArguments(folder), '--out', out, ...settings]);
}

describe.skipIf(missing === undefined)('a provider that is not here', () => {
  const line = `setting provider ${missing}: .+\\. .+ use provider cpu\\.\n`;

  it.each(['onnx', 'auto'])('is named at once, with what to do, with engine %s', async (engine) => {
    const folder = scratchFolder(tinyModelAndData());
    const out = join(folder, 'out');
    const { exitCode, stderr } = await runOn(engine, out, folder);
    expect(stderr).toMatch(new RegExp(`^airtune: ${line}$`));
    expect(exitCode).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});
