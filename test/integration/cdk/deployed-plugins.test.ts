import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { deployedBundles } from '#bench/bundles/deployed-bundles.ts';
import { deployedPlugins, encoderPlugins } from '#cdk/deployed-plugins.ts';
import { PROJECT_FOLDER } from '#cdk/project-folder.ts';
import { imagePlugins } from '#functions/encoder/image-plugins.ts';
import { CHANNEL_CONTRACT } from '#shared/channel/plugin/channel-contract.ts';
import { OPTIMIZER_CONTRACT } from '#shared/model/optimizer/plugin/optimizer-contract.ts';
import { bundledPlugins } from '#shared/plugins/bundled-plugins.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import type { PluginRecord } from '#shared/plugins/plugin-record.ts';
import { isPluginReference } from '#shared/plugins/plugin-reference.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const folder = sharedScratchFolder({
  'mine.ts': `
    import { LEAST } from './least.ts';
    export default {
      interfaceVersion: 1,
      name: 'deployed-example',
      settings: (zod: any) => zod.object({ most: zod.number().default(3) }),
      plan: () => ({ selected: [LEAST] }),
    };`,
  'least.ts': 'export const LEAST: number = 77_123;\n',
  'channel.ts': `
    import { defineChannel } from 'airtune/plugins';
    export default defineChannel({
      interfaceVersion: 1,
      name: 'deployed-channel',
      gains: ({ round, meanGain }, _, random) => meanGain.map((gain, device) => gain * random(round, device).exponential()),
    });`,
  'optimizer.ts': `
    import * as zod from 'zod';
    import { RATE } from './rate.ts';
    export default {
      interfaceVersion: 1,
      name: 'deployed-optimizer',
      settings: zod.object({ rate: zod.number().default(RATE) }),
      update: ({ parameters, gradients }: any, { rate }: any) => ({
        parameters: { w: parameters.w.map((value: number, index: number) => value - rate * gradients.w[index]) },
      }),
    };`,
  'rate.ts': 'export const RATE: number = 0.5;\n',
});
const files = {
  policy: join(folder, 'mine.ts'),
  channel: join(folder, 'channel.ts'),
  optimizer: join(folder, 'optimizer.ts'),
};

/** The record of a run that was started with the same files. */
async function recordOfRun<R extends PluginRecord>(contract: PluginContract<R>, file: string): Promise<R> {
  const plugins = new FilePlugins();
  if (!isPluginReference(file)) throw new Error('not a reference');
  const record = await plugins.describe(contract, file, {}, 60);
  await plugins.close();
  return record;
}

const bundles: string[] = [];
afterAll(() => {
  for (const made of bundles) rmSync(made, { recursive: true, force: true });
});

test("-c policy and -c channel put plug-ins with their imports into the scheduler's bundle, under the hash of the runs", async () => {
  const plugins = await deployedPlugins(files);
  const { folder: output, bundles: made } = deployedBundles(plugins);
  bundles.push(output);
  const code = (name: string) =>
    made
      .filter((bundle) => bundle.name === name)
      .map((bundle) => readFileSync(join(bundle.folder, 'index.js'), 'utf8'))[0];
  for (const text of ['deployed-example', '77123', 'deployed-channel']) {
    expect(code('scheduler')).toContain(text);
    expect(code('device')).not.toContain(text);
  }
  expect(code('scheduler')).not.toContain('deployed-optimizer');
  for (const { sha256 } of [
    await recordOfRun(POLICY_CONTRACT, files.policy),
    await recordOfRun(CHANNEL_CONTRACT, files.channel),
  ]) {
    expect(plugins.map((plugin) => plugin.sha256)).toContain(sha256);
    expect(code('scheduler')).toContain(sha256);
  }
});

test('a deployed policy plans for runs of the same files, and refuses others', async () => {
  const record = await recordOfRun(POLICY_CONTRACT, files.policy);
  const exports: unknown = await import(files.policy);
  const plugins = bundledPlugins([{ kind: 'policy', sha256: record.sha256, exports }]);
  const opened = await plugins.open(POLICY_CONTRACT, record, 60);
  expect(await opened.call([{ seed: 1 }, record.settings, undefined], 'round 1')).toEqual({
    selected: [77_123],
  });
  const other = { ...record, sha256: '0'.repeat(64) };
  expect(await rejectedLine(plugins.open(POLICY_CONTRACT, other, 60))).toMatch(
    /^policy deployed-example: differs from the policy that was deployed\. Deploy it: npx cdk deploy --all -c policy=/,
  );
  const channel = await recordOfRun(CHANNEL_CONTRACT, files.channel);
  expect(await rejectedLine(plugins.open(CHANNEL_CONTRACT, channel, 60))).toMatch(/-c channel=/);
});

test("-c optimizer builds the optimiser with its imports for the encoder's image, where it runs in a thread", async () => {
  const built = encoderPlugins(await deployedPlugins(files));
  if (built === undefined) throw new Error('nothing was built');
  const record = await recordOfRun(OPTIMIZER_CONTRACT, files.optimizer);
  const host = await imagePlugins(pathToFileURL(`${join(PROJECT_FOLDER, built)}/`));
  const opened = await host.open(OPTIMIZER_CONTRACT, record, 60);
  const step = { parameters: { w: Float32Array.of(1, 2) }, gradients: { w: Float32Array.of(1, -1) } };
  expect(await opened.call([step, record.settings], 'round 1')).toEqual({
    parameters: { w: Float32Array.of(0.5, 2.5) },
  });
  const other = { ...record, sha256: '0'.repeat(64) };
  expect(await rejectedLine(host.open(OPTIMIZER_CONTRACT, other, 60))).toMatch(/-c optimizer=/);
});

test('only modules can be deployed', async () => {
  expect(await rejectedLine(deployedPlugins({ policy: 'python mine.py' }))).toMatch(
    /^-c policy: "python mine.py" is not a \.ts or \.js file/,
  );
  expect(await rejectedLine(deployedPlugins({ channel: './gone.ts' }))).toMatch(
    /^-c channel: there is no file .*gone\.ts/,
  );
});
