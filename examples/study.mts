// A study: two policies on two bands, three repetitions each. Writes the folder that `airtune study` writes.
import { runStudy } from 'airtune/study';

const { points } = await runStudy(
  {
    settings: { training: { devices: 100, rounds: 10 } },
    sweeps: [
      { path: 'scheduling.policy', values: ['exact', 'greedy'] },
      { path: 'channel.bandwidthHz', values: [5e6, 20e6] },
    ],
    repeats: 3,
  },
  { directory: 'study-of-bands' },
);
for (const { varied, metrics } of points) {
  console.log(varied, `${metrics.roundSeconds.mean.toFixed(2)} s a round`);
}
