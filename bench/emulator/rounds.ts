import { parseArgs } from 'node:util';
import { mergeSettings } from '#shared/config/merge-settings.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { RoundPlanner } from '#study/model/round-planner.ts';
import { runPoint } from '#study/model/run-point.ts';
import { findStudyPreset } from '#study/presets.ts';
import { parseStudy } from '#study/settings/parse-study.ts';

// Measures one modelled round with 1e3 to 1e6 devices: cost per event relative to the smallest. Then measures
// the largest once for each policy, planning included, with the memory of the process.
//
//   node bench/emulator/rounds.ts [--devices 1000000] [--policies exact,all-in,...]

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000000' },
    policies: { type: 'string', default: POLICY_NAMES.join(',') },
  },
});
const most = Number(values.devices);
const base = findStudyPreset('country').settings;

function settingsOf(devices: number, policy: string) {
  const delayBudget = { secondsPerRound: 600 };
  const sized = { training: { devices }, scheduling: { policy, devicesPerRound: devices, delayBudget } };
  return parseStudy(mergeSettings(base, sized), 'benchmark');
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

// Warms up, so that V8 has compiled the code before the measurement.
runPoint(settingsOf(20_000, 'all-in'));

let smallest: number | undefined;
for (let devices = 1000; devices <= most; devices *= 10) {
  const settings = settingsOf(devices, 'all-in');
  const repeats = Math.max(1, Math.min(50, 100_000 / devices));
  const before = cpuSeconds();
  let events = 0;
  for (let repeat = 0; repeat < repeats; repeat++) events += runPoint(settings).outcome.events;
  const nanoseconds = ((cpuSeconds() - before) * 1e9) / events;
  smallest ??= nanoseconds;
  console.log(
    `${String(devices).padStart(8)} devices  ${(events / repeats).toFixed(0).padStart(8)} events  ${nanoseconds.toFixed(0)} ns of processor time each  ${(nanoseconds / smallest).toFixed(2)} of the smallest`,
  );
}
for (const policy of values.policies.split(',')) {
  const settings = settingsOf(most, policy);
  const startedMs = performance.now();
  const before = cpuSeconds();
  new RoundPlanner(settings).plan(0);
  const planning = (performance.now() - startedMs) / 1000;
  const { rounds } = runPoint(settings);
  const wall = (performance.now() - startedMs) / 1000;
  const memory = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${policy.padEnd(14)} ${most} devices, ${rounds[0].scheduled} scheduled: ${(wall - planning).toFixed(1)} s for the round, of which ${planning.toFixed(1)} s planning (${(cpuSeconds() - before).toFixed(1)} s of processor time for both and planning again), ${memory.toFixed(0)} MB`,
  );
}
