import { expect, test } from 'vitest';
import { resolveRun, type SettingOptions } from '#cli/settings/run-settings.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const runSettings = async (options: SettingOptions) => (await resolveRun(options)).config;
const own = { model: 'm', data: 'd' };
const withSet = (...set: readonly string[]) => runSettings({ ...own, set });

test('one setting of a group that comes in kinds can be changed by itself', async () => {
  const { server, channel } = await withSet(
    'server.optimizer.learningRate=0.01',
    'channel.fading.correlation=0.5',
    'channel.placement.radiusMetres=100',
  );
  expect(server.optimizer).toMatchObject({ kind: 'adamw', learningRate: 0.01, beta1: 0.9 });
  expect(channel.fading).toEqual({ kind: 'rayleigh', correlation: 0.5 });
  expect(channel.placement).toEqual({ kind: 'disc', radiusMetres: 100 });
});

test('spaces after the commas of a list are taken', async () => {
  expect((await runSettings({ ...own, loraTargets: 'query, value , key' })).lora.targets).toEqual([
    'query',
    'value',
    'key',
  ]);
  const { lora } = await withSet('lora.targets=[ query,  value ]');
  expect(lora.targets).toEqual(['query', 'value']);
});

test('another kind leaves nothing of the one before', async () => {
  const { server, data } = await withSet(
    'server.optimizer={ kind: sgd, learningRate: 0.3 }',
    'data.partition={ kind: dirichlet, alpha: 0.5 }',
  );
  expect(server.optimizer).toEqual({ kind: 'sgd', learningRate: 0.3 });
  expect(data.partition).toEqual({ kind: 'dirichlet', alpha: 0.5 });
  expect((await withSet('server.optimizer.kind=sgd')).server.optimizer).toMatchObject({ kind: 'sgd' });
});

test('a budget per round takes the place of the default one per bit', async () => {
  const { scheduling } = await withSet('scheduling.delayBudget={ secondsPerRound: 2 }');
  expect(scheduling.delayBudget).toEqual({ secondsPerRound: 2 });
});

test('--set goes over short options, those over the file, the file over presets', async () => {
  const folder = scratchFolder({ 'run.yaml': 'training: { devices: 7, rounds: 5 }\nseed: 2\n' });
  const config = await runSettings({
    preset: ['quickstart'],
    config: `${folder}/run.yaml`,
    rounds: '6',
    set: ['seed=3'],
  });
  expect(config.training).toMatchObject({ devices: 7, rounds: 6, batchSize: 16 });
  expect(config.seed).toBe(3);
});

test('without a model, data or file it is the quick start', async () => {
  const { model, data } = await runSettings({});
  expect(model.directory).toMatch(/quickstart/);
  expect(data.directory).toMatch(/quickstart/);
});
