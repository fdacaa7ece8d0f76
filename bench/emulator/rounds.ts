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
// the young generation of a study's threads, and the memory of that process. Planning is measured apart. The
// policies take turns, and the fastest of several turns counts, because other load of the machine only slows
// them down. With more than one round, the time of each round says whether rounds become slower. Then
// measures one round with 1e3 to 1e6 devices: cost per event relative to the smallest.
//
//   node bench/emulator/rounds.ts [--devices 1000000] [--policies exact,all-in,...] [--rounds 1] [--turns 5]
//     [--json]

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000000' },
    policies: { type: 'string', default: POLICY_NAMES.join(',') },
    rounds: { type: 'string', default: '1' },
    turns: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    /** Measures only the largest number of devices, in this process, and prints it as JSON. */
    largest: { type: 'boolean', default: false },
  },
});
const most = Number(values.devices);
const base = findStudyPreset('country').settings;

/** The rounds of the largest number of devices with one policy. */
export interface LargestRounds {
  readonly policy: string;
  readonly devices: number;
  /** Devices that the policy scheduled in the first round. */
  readonly scheduled: number;
  /** Time of the simulation, without planning. [s] */
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly planningSeconds: number;
  readonly planningProcessorSeconds: number;
  /** Peak resident memory of the process. */
  readonly megabytes: number;
  /** Time of each round with its planning [s], and memory after it. */
  readonly rounds: readonly { readonly seconds: number; readonly megabytes: number }[];
}

/** Cost of a study of one round with one number of devices. */
export interface EventCost {
  readonly devices: number;
  readonly events: number;
  /** Processor time of the whole study, its set-up and planning included, by its number of events. */
  readonly nanoseconds: number;
}

export interface RoundCosts {
  readonly largest: readonly LargestRounds[];
  readonly sizes: readonly EventCost[];
}

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

if (values.largest) console.log(JSON.stringify(measureLargest(values.policies)));
else {
  // Runs first, while this process is small: a process starts with the peak memory of its parent.
  const largest = fastestOfTurns(values.policies.split(','));
  const costs: RoundCosts = { largest, sizes: measureSizes() };
  if (values.json) console.log(JSON.stringify(costs));
  else printCosts(costs);
}

/** The fastest turn of each policy, in which a process simulates the largest number of devices. */
function fastestOfTurns(policies: readonly string[]): readonly LargestRounds[] {
  const turns = Array.from({ length: Number(values.turns) }, () => policies.map(largestInProcess));
  return policies.map((_, index) => {
    const ofPolicy = turns.map((turn) => turn[index]);
    const [fastest] = ofPolicy.toSorted((left, right) => left.seconds - right.seconds);
    return { ...fastest, megabytes: Math.max(...ofPolicy.map(({ megabytes }) => megabytes)) };
  });
}

/** A process of its own that simulates the largest number of devices. */
function largestInProcess(policy: string): LargestRounds {
  // The young generation has three semi-spaces.
  const semiSpace = `--max-semi-space-size=${YOUNG_GENERATION_MEGABYTES / 3}`;
  const measured = ['--policies', policy, '--devices', values.devices, '--rounds', values.rounds];
  const args = [semiSpace, import.meta.filename, '--largest', ...measured];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Processor time by event of studies of one round, by the number of devices. */
function measureSizes(): readonly EventCost[] {
  const costs: EventCost[] = [];
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
    costs.push({ devices, events: events / repeats, nanoseconds });
  }
  return costs;
}

/** One study of the largest number of devices: its time and memory, and the time of its planning alone. */
function measureLargest(policy: string): LargestRounds {
  const settings = settingsOf(most, policy, Number(values.rounds));
  const startedMs = performance.now();
  const before = cpuSeconds();
  let lastMs = performance.now();
  const each: LargestRounds['rounds'][number][] = [];
  const { rounds } = runPoint(settings, {
    onRound: () => {
      const seconds = (performance.now() - lastMs) / 1000;
      each.push({ seconds, megabytes: process.memoryUsage().rss / 1e6 });
      lastMs = performance.now();
    },
  });
  const wall = (performance.now() - startedMs) / 1000;
  const processor = cpuSeconds() - before;
  const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  const plannedMs = performance.now();
  const plannedFrom = cpuSeconds();
  const planner = new RoundPlanner(settings);
  for (let round = 0; round < settings.training.rounds; round++) planner.plan(round);
  const planningSeconds = (performance.now() - plannedMs) / 1000;
  const planningProcessorSeconds = cpuSeconds() - plannedFrom;
  return {
    policy,
    devices: most,
    scheduled: rounds[0].scheduled,
    seconds: wall - planningSeconds,
    processorSeconds: processor - planningProcessorSeconds,
    planningSeconds,
    planningProcessorSeconds,
    megabytes,
    rounds: each,
  };
}

function printCosts({ largest, sizes }: RoundCosts): void {
  for (const { policy, devices, scheduled, seconds, planningSeconds, ...more } of largest) {
    const each = more.rounds.map((round) => `${round.seconds.toFixed(1)} s ${round.megabytes.toFixed(0)} MB`);
    const shown = each.length === 1 ? '' : `; each with its planning: ${each.join(', ')}`;
    console.log(
      `${policy.padEnd(14)} ${devices} devices, ${scheduled} scheduled: ${seconds.toFixed(1)} s beside ${planningSeconds.toFixed(1)} s of planning (processor time ${more.processorSeconds.toFixed(1)} and ${more.planningProcessorSeconds.toFixed(1)} s), ${more.megabytes.toFixed(0)} MB at most${shown}`,
    );
  }
  for (const { devices, events, nanoseconds } of sizes) {
    const relativeCost = nanoseconds / sizes[0].nanoseconds;
    console.log(
      `${String(devices).padStart(8)} devices  ${events.toFixed(0).padStart(8)} events  ${nanoseconds.toFixed(0)} ns of processor time each  ${relativeCost.toFixed(2)} of the smallest`,
    );
  }
}
