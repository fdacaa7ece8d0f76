import { planRound } from '#shared/scheduling/plan-round.ts';
import { type BenchScene, benchRound } from './bench-round.ts';

/**
 * Computes exact plans for a million devices in a separate process. Prints one line of JSON: first and
 * fastest time, processor time of the first (unaffected by other load), peak memory, and the certificate's
 * gap.
 */
const scene: BenchScene = process.argv[2] === 'ten decades' ? 'ten decades' : 'cell';
const problem = benchRound(1_000_000, scene);
const plans = Array.from({ length: 4 }, () => {
  const before = process.cpuUsage();
  const start = performance.now();
  const { selected, certificate } = planRound('exact', problem, { seed: 1, round: 0, deviceCount: 1 });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    scheduled: selected.length,
    gap: certificate?.relativeGap,
  };
});
const [first] = plans;
process.stdout.write(
  `${JSON.stringify({
    scene,
    firstSeconds: first.seconds,
    firstCpuSeconds: first.cpuSeconds,
    fastestSeconds: Math.min(...plans.map(({ seconds }) => seconds)),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    scheduled: first.scheduled,
    relativeGap: first.gap,
  })}\n`,
);
