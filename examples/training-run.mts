// A training run of the quick start, with each round as it ends. Writes the folder that `airtune run` writes.
import { parseRun, startRun } from 'airtune/run';

const config = parseRun({ training: { devices: 5, rounds: 4 } });
const run = await startRun(config, {
  onRound: ({ round, trainLoss, answered }) => {
    console.log(`round ${round}: loss ${trainLoss?.toFixed(3)}, ${answered.length} devices`);
  },
});
const { evaluations, control } = await run.result;
const accuracy = evaluations.at(-1)?.accuracy ?? 0;
console.log(`accuracy ${accuracy.toFixed(3)}, mean radio delay ${control.meanDelaySeconds.toFixed(3)} s`);
console.log(`open ${run.directory}/report.html`);
