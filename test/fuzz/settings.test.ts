import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseRound } from '#cli/schedule/read-round.ts';
import { parseAssignment, readSettingsFile } from '#cli/settings/read-settings.ts';
import { resolveRun } from '#cli/settings/run-settings.ts';
import { mergeSettings } from '#shared/config/merge-settings.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { parseSweep } from '#study/points/sweep.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { studySchema } from '#study/settings/study-schema.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';
import { mutate } from './support/mutate.ts';

const scratch = sharedScratchFolder();
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const place = { directory: scratch };
const fullRun = bytesOf(stringify(runConfigSchema.parse({ model: place, data: place })));
const fullStudy = bytesOf(stringify(studySchema.parse({})));

/** A file with these bytes. */
function fileOf(bytes: Uint8Array): string {
  mkdirSync(scratch, { recursive: true });
  const path = join(scratch, 'settings.yaml');
  writeFileSync(path, bytes);
  return path;
}

test("a run's settings file", async () => {
  await fuzz(
    'run settings',
    async (random) => (await resolveRun({ config: fileOf(mutate(fullRun, random)) })).config,
    (config) => {
      requireFinite(config);
      expect(runConfigSchema.safeParse(config).success).toBe(true);
    },
  );
});

test("a study's settings file", async () => {
  await fuzz(
    'study settings',
    async (random) => parseStudy(await readSettingsFile(fileOf(mutate(fullStudy, random))), 'settings'),
    (settings) => requireFinite(settings),
  );
});

test('assignments and sweeps of the command line', async () => {
  const texts = [
    'scheduling.controlV.kind=constant',
    'channel.fading={kind: none}',
    'seed=5',
    'a.b.c=[1, 2]',
  ];
  await fuzz(
    '--set and --sweep',
    async (random) => {
      const text = new TextDecoder().decode(mutate(bytesOf(texts[random.integer(texts.length)]), random));
      parseSweep(text);
      return mergeSettings({ seed: 1 }, await parseAssignment(text));
    },
    () => expect(Object.keys(Object.prototype)).toEqual([]),
  );
});

test('a round for `airtune schedule`', async () => {
  const round = bytesOf(
    JSON.stringify({
      bandwidthHz: 1e7,
      noiseWattsPerHz: 4e-21,
      powerWatts: [0.1, 0.2, 0.1],
      payloadBits: 1e6,
      channelGain: [1e-11, 3e-12, 1e-13],
      delayBudgetSeconds: 0.2,
      controlV: 0.01,
      queueSeconds: 0,
    }),
  );
  await fuzz(
    'schedule',
    (random) => {
      const text = new TextDecoder().decode(mutate(round, random));
      const policy = POLICY_NAMES[random.integer(POLICY_NAMES.length)];
      const { problem } = parseRound(text, 'input');
      return planRound(policy, problem, { seed: 1, round: 0, deviceCount: 2 });
    },
    ({ delaySeconds, objective, bandwidthHz, nextQueueSeconds }) =>
      requireFinite({ delaySeconds, objective, bandwidthHz: [...bandwidthHz], nextQueueSeconds }),
  );
});
