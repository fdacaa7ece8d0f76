import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { mergeSettings } from '#shared/config/merge-settings.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { RoundPlanner } from '#study/model/round-planner.ts';
import { runPoint } from '#study/model/run-point.ts';
import { findStudyPreset } from '#study/presets.ts';
import { YOUNG_GENERATION_MEGABYTES } from '#study/run/study-thread.ts';
import { parseStudy } from '#study/settings/parse-study.ts';

// Measures a modelled round of the largest number of devices for each policy, in a process of its own with
// the young generation of a study's threads, and the memory of that process. Planning is measured apart.
// With more than one round, the time of each round says whether rounds become slower. Then measures one
// round with 1e3 to 1e6 devices: cost per event relative to the smallest.
//
//   node bench/emulator/rounds.ts [--devices 1000000] [--policies exact,all-in,...] [--rounds 1]

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000000' },
    policies: { type: 'string', default: POLICY_NAMES.join(',') },
    rounds: { type: 'string', default: '1' },
    /** Measures only the largest number of devices, in this process. */
    largest: { type: 'boolean', default: false },
  },
});
const most = Number(values.devices);
const base = findStudyPreset('country').settings;

function settingsOf(devices: number, policy: string, rounds = 1) {
  const delayBudget = { secondsPerRound: 600 };
  const sized = {
    training: { devices, rounds },
    scheduling: { policy, devicesPerRound: devices, delayBudget },
  };
  return parseStudy(mergeSettings(base, sized), 'benchmark');
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

// Warms up, so that V8 has compiled the code before the measurement.
runPoint(settingsOf(20_000, 'all-in'));

if (values.largest) {
  for (const policy of values.policies.split(',')) measureLargest(policy);
} else {
  // Runs first, while this process is small: a process starts with the peak memory of its parent.
  for (const policy of values.policies.split(',')) {
    // The young generation has three semi-spaces.
    const semiSpace = `--max-semi-space-size=${YOUNG_GENERATION_MEGABYTES / 3}`;
    const measured = ['--policies', policy, '--devices', values.devices, '--rounds', values.rounds];
    const args = [semiSpace, import.meta.filename, '--largest', ...measured];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    process.stdout.write(stdout);
  }
  measureSizes();
}

/** Processor time of an event by the number of devices. */
function measureSizes(): void {
  let smallest: number | undefined;
  for (let devices = 1000; devices <= most; devices *= 10) {
    const settings = settingsOf(devices, 'all-in');
    const repeats = Math.max(1, Math.min(50, 100_000 / devices));
    const simulate = (): number => {
      let events = 0;
      for (let repeat = 0; repeat < repeats; repeat++) events += runPoint(settings).outcome.events;
      return events;
    };
    // V8 compiles the code of many small rounds anew, which takes as long as the first of them.
    if (repeats > 1) simulate();
    const before = cpuSeconds();
    const events = simulate();
    const nanoseconds = ((cpuSeconds() - before) * 1e9) / events;
    smallest ??= nanoseconds;
    console.log(
      `${String(devices).padStart(8)} devices  ${(events / repeats).toFixed(0).padStart(8)} events  ${nanoseconds.toFixed(0)} ns of processor time each  ${(nanoseconds / smallest).toFixed(2)} of the smallest`,
    );
  }
}

/** One study of the largest number of devices: its time and memory, and the time of its planning alone. */
function measureLargest(policy: string): void {
  const settings = settingsOf(most, policy, Number(values.rounds));
  const startedMs = performance.now();
  const before = cpuSeconds();
  let lastMs = performance.now();
  const each: string[] = [];
  const { rounds } = runPoint(settings, {
    onRound: () => {
      const memory = (process.memoryUsage().rss / 1e6).toFixed(0);
      each.push(`${((performance.now() - lastMs) / 1000).toFixed(1)} s ${memory} MB`);
      lastMs = performance.now();
    },
  });
  const wall = (performance.now() - startedMs) / 1000;
  const processor = cpuSeconds() - before;
  const memory = (process.resourceUsage().maxRSS * 1024) / 1e6;
  const plannedMs = performance.now();
  const plannedFrom = cpuSeconds();
  const planner = new RoundPlanner(settings);
  for (let round = 0; round < settings.training.rounds; round++) planner.plan(round);
  const planning = (performance.now() - plannedMs) / 1000;
  const planningProcessor = cpuSeconds() - plannedFrom;
  const shown = each.length === 1 ? '' : `; each with its planning: ${each.join(', ')}`;
  console.log(
    `${policy.padEnd(14)} ${most} devices, ${rounds[0].scheduled} scheduled: ${(wall - planning).toFixed(1)} s beside ${planning.toFixed(1)} s of planning (processor time ${(processor - planningProcessor).toFixed(1)} and ${planningProcessor.toFixed(1)} s), ${memory.toFixed(0)} MB at most${shown}`,
  );
}
