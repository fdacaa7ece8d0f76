import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune, type CommandOptions } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

/** AdamW as airtune has it, with its state in tensors of its own names. */
const ADAM = `
export default {
  interfaceVersion: 1,
  name: 'own-adam',
  settings: (zod) => zod.object({ rate: zod.number().positive().default(0.01) }),
  update({ parameters, gradients, state, scheduleFactor, shapes }, { rate }) {
    const step = (state.step?.[0] ?? 0) + 1;
    const size = (rate * scheduleFactor) / (1 - 0.9 ** step);
    const root = Math.sqrt(1 - 0.999 ** step);
    const next = {};
    const kept = { step: Float32Array.of(step) };
    for (const [name, values] of Object.entries(parameters)) {
      if (shapes[name].reduce((product, length) => product * length, 1) !== values.length) throw new Error(name);
      const [first, second] = ['m.', 'v.'].map((part) => state[part + name] ?? new Float32Array(values.length));
      const m = first.map((value, i) => 0.9 * value + (1 - 0.9) * gradients[name][i]);
      const v = second.map((value, i) => 0.999 * value + (1 - 0.999) * gradients[name][i] ** 2);
      kept['m.' + name] = m;
      kept['v.' + name] = v;
      next[name] = values.map((value, i) => value - (size * m[i]) / (Math.sqrt(v[i]) / root + 1e-8));
    }
    return { parameters: next, state: kept };
  },
};
`;

const folder = sharedScratchFolder({ ...tinyModelAndData(), 'adam.js': ADAM });
const run = (args: readonly string[], options: CommandOptions = {}) =>
  airtune(['run', ...tinyArguments(folder), ...args], { cwd: folder, ...options });
const OWN = ['--set', 'server.optimizer=./adam.js', '--set', 'server.optimizerSettings.rate=0.02'];
const SCHEDULE = ['--set', 'server.schedule.kind=cosine'];

test('an optimiser plug-in gives the same bytes as a built-in optimiser with the same steps', async () => {
  const plugged = await run([...OWN, ...SCHEDULE, '--out', 'own']);
  expect(plugged.exitCode, plugged.stderr).toBe(0);
  const builtIn = ['--set', 'server.optimizer.learningRate=0.02'];
  await run([...builtIn, ...SCHEDULE, '--out', 'built-in']);
  expect(trainedFiles(join(folder, 'own'))).toEqual(trainedFiles(join(folder, 'built-in')));
  const { plugins, config } = JSON.parse(readFileSync(join(folder, 'own', 'result.json'), 'utf8'));
  expect(plugins.optimizer).toMatchObject({ name: 'own-adam', settings: { rate: 0.02 } });
  expect(config.server.optimizer).toBe(join(folder, 'adam.js'));
});

test('its state continues after an interruption, bit for bit', async () => {
  const interruptWhen = /^round 1\/3/m;
  const stopped = await run([...OWN, ...SCHEDULE, '--out', 'stopped'], { interruptWhen });
  expect(stopped.exitCode).toBe(130);
  const resumed = await airtune(['run', '--resume', join(folder, 'stopped')]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(trainedFiles(join(folder, 'stopped'))).toEqual(trainedFiles(join(folder, 'own')));
});

test('its settings beside a built-in one, and a command, are refused in one line', async () => {
  const settings = await run(['--set', 'server.optimizerSettings.rate=1', '--out', 'refused']);
  expect(settings.stderr).toMatch(
    /optimizerSettings.* is for an optimiser of your own; adamw has its settings/,
  );
  expect(settings.exitCode).toBe(2);
  const command = await run(['--set', 'server.optimizer=python adam.py', '--out', 'refused']);
  expect(command.stderr).toMatch(
    /server\.optimizer .*must name a plug-in: a \.ts or \.js file, or a package/,
  );
  expect(command.exitCode).toBe(2);
});
