import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCommand } from '#shared/plugins/command-plugin.ts';
import type { PluginOpening } from '#shared/plugins/open-plugin.ts';
import { pluginReference } from '#shared/plugins/plugin-reference-schema.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';
import { checkPlan } from '#shared/scheduling/plugin/check-plan.ts';
import { describePolicy } from '#shared/scheduling/plugin/describe-policy.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';
import { mutate } from './support/mutate.ts';

const PROBLEM: RoundProblem = {
  bandwidthHz: 1e6,
  noiseWattsPerHz: 1e-20,
  powerWatts: 0.1,
  channelGain: [1e-12, 2e-12, 4e-12, 8e-12],
  payloadBits: 1e6,
  delayBudgetSeconds: 1,
  controlV: 1,
  queueSeconds: 0,
};

const PLANS = [
  { selected: [3, 1] },
  { selected: [0, 2, 3], bandwidthHz: [2e5, 3e5, 5e5], weights: [1, 2, 3], state: { n: [1, { m: null }] } },
  { selected: [], state: null },
];

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const damagedPlan = (random: RandomStream): Uint8Array =>
  mutate(bytesOf(PLANS[random.integer(PLANS.length)]), random);

function requireSoundPlan({
  selected,
  bandwidthHz,
  weights,
  delaySeconds,
}: ReturnType<typeof checkPlan>): void {
  requireFinite({ bandwidthHz: [...bandwidthHz], weights, delaySeconds });
  expect(selected).toEqual([...new Set(selected)].sort((left, right) => left - right));
  expect(selected.every((device) => device >= 0 && device < PROBLEM.channelGain.length)).toBe(true);
  expect(bandwidthHz).toHaveLength(selected.length);
  expect(bandwidthHz.reduce((sum, hertz) => sum + hertz, 0)).toBeLessThan(PROBLEM.bandwidthHz * 1.000001);
  expect(bandwidthHz.every((hertz) => hertz > 0)).toBe(true);
  expect(delaySeconds > 0 || selected.length === 0).toBe(true);
}

test("a policy's plan", async () => {
  await fuzz(
    'plan of a policy',
    (random): ReturnType<typeof checkPlan> => {
      let plan: unknown;
      try {
        plan = JSON.parse(new TextDecoder().decode(damagedPlan(random)));
      } catch {
        plan = [undefined, null, 'text', Number.NaN, Symbol.iterator, new Map([[1, 2]])][random.integer(6)];
      }
      return checkPlan(plan, PROBLEM, 'policy mine, round 1');
    },
    requireSoundPlan,
  );
});

const scratch = sharedScratchFolder();
const REFERENCE = pluginReference.parse('./answers.ts');

/** A program that answers its first two lines with the content of two files. */
function answeringProgram(): string {
  mkdirSync(scratch, { recursive: true });
  const path = join(scratch, 'answers.sh');
  writeFileSync(path, 'IFS= read -r question\ncat "$1"\nIFS= read -r question\ncat "$2"\n');
  return path;
}

test("the lines of a policy's program", async () => {
  const program = answeringProgram();
  const [hello, answer] = ['hello', 'answer'].map((name) => join(scratch, name));
  const opening: PluginOpening = {
    kind: POLICY_CONTRACT.kind,
    subject: 'policy answers',
    settings: {},
    loadTimeoutSeconds: 10,
    timeoutSeconds: 10,
    log: () => {},
  };
  const description = { interfaceVersion: 1, name: 'mine', settings: { a: 1 }, needs: ['losses'] };
  await fuzz(
    'lines of a program',
    async (random) => {
      const damageHello = random.integer(2) === 0;
      const line = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.from('\n')]);
      writeFileSync(
        hello,
        damageHello ? line(mutate(bytesOf(description), random)) : line(bytesOf(description)),
      );
      writeFileSync(answer, damageHello ? line(bytesOf(PLANS[0])) : line(damagedPlan(random)));
      const plugin = await openCommand(
        ['sh', program, hello, answer],
        ['round', 'settings', 'state'],
        opening,
      );
      try {
        const { name, settings } = plugin.description;
        const base = { reference: REFERENCE, name, sha256: 'hash', settings };
        const record = describePolicy(plugin.description, base, 'policy answers');
        const plan = checkPlan(
          await plugin.call([{ round: 0 }, record.settings, undefined], 'round 1'),
          PROBLEM,
          'policy answers, round 1',
        );
        return { plan, record };
      } finally {
        await plugin.close();
      }
    },
    ({ plan, record }) => {
      requireFinite(record.settings);
      requireSoundPlan(plan);
    },
  );
});
