import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deployedBundles } from '#bench/bundles/deployed-bundles.ts';
import { deployedPolicy } from '#cdk/deployed-policy.ts';
import { isPluginReference } from '#shared/plugins/plugin-reference.ts';
import { bundledPolicies } from '#shared/scheduling/plugin/bundled-policies.ts';
import { FilePolicies } from '#shared/scheduling/plugin/file-policies.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const file = join(
  sharedScratchFolder({
    'mine.ts': `
      import { LEAST } from './least.ts';
      export default {
        interfaceVersion: 1,
        name: 'deployed-example',
        settings: (zod: any) => zod.object({ most: zod.number().default(3) }),
        plan: () => ({ selected: [LEAST] }),
      };`,
    'least.ts': 'export const LEAST: number = 77_123;\n',
  }),
  'mine.ts',
);

/** The record of a run that was started with the same files. */
async function recordOfRun() {
  const policies = new FilePolicies();
  if (!isPluginReference(file)) throw new Error('not a reference');
  const record = await policies.describe(file, {}, 60);
  await policies.close();
  return record;
}

const bundles: string[] = [];
afterAll(() => {
  for (const folder of bundles) rmSync(folder, { recursive: true, force: true });
});

test("-c policy puts the policy with its imports into the scheduler's bundle, under the hash of the runs", async () => {
  const policy = await deployedPolicy(file);
  const { folder, bundles: made } = deployedBundles(policy);
  bundles.push(folder);
  const code = (name: string) =>
    made
      .filter((bundle) => bundle.name === name)
      .map((bundle) => readFileSync(join(bundle.folder, 'index.js'), 'utf8'))[0];
  expect(code('scheduler')).toContain('deployed-example');
  expect(code('scheduler')).toContain('77123');
  expect(code('device')).not.toContain('deployed-example');
  const { sha256 } = await recordOfRun();
  expect(policy.sha256).toBe(sha256);
  expect(code('scheduler')).toContain(sha256);
});

test('a deployed policy plans for runs of the same files, and refuses others', async () => {
  const record = await recordOfRun();
  const exports: unknown = await import(file);
  const policies = bundledPolicies([{ sha256: record.sha256, exports }]);
  const opened = await policies.open(record, 60);
  expect(await opened.plan([{}, record.settings, undefined], 'round 1')).toEqual({ selected: [77_123] });
  const other = { ...record, sha256: '0'.repeat(64) };
  expect(await rejectedLine(policies.open(other, 60))).toMatch(
    /^policy deployed-example: differs from the policy that was deployed\. Deploy it: npx cdk deploy --all -c policy=/,
  );
});

test('what is no module cannot be deployed', async () => {
  expect(await rejectedLine(deployedPolicy('python mine.py'))).toMatch(
    /^-c policy: "python mine.py" is no \.ts or \.js file/,
  );
  expect(await rejectedLine(deployedPolicy('./gone.ts'))).toMatch(/^-c policy: there is no file .*gone\.ts/);
});
