// Plans one round of four devices by two policies.
import { planRound, type RoundProblem } from 'airtune/scheduling';

const problem: RoundProblem = {
  bandwidthHz: 20e6,
  noiseWattsPerHz: 4e-21,
  powerWatts: 0.1,
  channelGain: [2e-10, 5e-11, 8e-12, 3e-13],
  payloadBits: 4e6,
  delayBudgetSeconds: 0.1,
  controlV: 0.01,
  queueSeconds: 0.2,
};
for (const policy of ['exact', 'best-channel'] as const) {
  const { selected, bandwidthHz, delaySeconds } = planRound(policy, problem, {
    seed: 1,
    round: 0,
    deviceCount: 2,
  });
  console.log(policy, selected, [...bandwidthHz].map(Math.round), `${delaySeconds.toFixed(4)} s`);
}
