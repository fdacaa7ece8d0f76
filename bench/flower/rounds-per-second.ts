import { parseArgs } from 'node:util';
import { requireSst2 } from '../learning/sst2-run.ts';
import { CONTESTANTS } from './contestants.ts';

/**
 * Rounds per second of a whole run beside Flower's simulation with PEFT, and beside the same steps in plain PyTorch.
 *
 *     AIRTUNE_PYTHON=path/to/python node bench/flower/rounds-per-second.ts [--seconds 10] [--turns 2]
 *
 * All of them: MiniLM in fp32 on SST-2, texts cut to 64 tokens, ten clients that all take part in every round with a mini-batch of
 * 16, LoRA of rank 8 on query, key, value and pooler.dense, a linear head; no test between rounds; all of this machine's
 * processors. A round of Flower's is one local step in every client and FedAvg of LoRA and head; one of airtune's is
 * split: devices embed and keep their heads, the encoder runs all of them and takes one step. Both do each client's forward and
 * backward pass once. Start-up is left out: the model stays in Flower's workers, texts are tokenised before the first
 * round, and the first rounds of each turn do not count. Contestants take turns, so that what else the machine does meets them all.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, turns: { type: 'string', default: '2' } },
});
const sources = requireSst2();
/** Rounds of each turn that are not counted, beside the very first. */
const WARM_UP = 1;

const measured = new Map(CONTESTANTS.map(({ name }): [string, number[]] => [name, []]));
for (let turn = 0; turn < Number(values.turns); turn++) {
  for (const { name, measure } of CONTESTANTS) {
    const seconds = await measure(sources, Number(values.seconds));
    if (typeof seconds !== 'string') measured.get(name)?.push(...seconds.slice(WARM_UP));
    else if (turn === 0) console.log(`${name} is absent: ${seconds}`);
  }
}

const medians = [...measured]
  .filter(([, seconds]) => seconds.length > 0)
  .map(([name, seconds]) => ({ name, seconds: median(seconds), count: seconds.length }));
for (const { name, seconds, count } of medians) {
  console.log(
    `${name.padEnd(44)} ${seconds.toFixed(3)} s a round  ${(1 / seconds).toFixed(3)} rounds/s  (median of ${count})`,
  );
}
const [own] = medians;
const flower = medians.filter(({ name }) => name.startsWith('Flower'));
if (own?.name === CONTESTANTS[0].name && flower.length > 0) {
  const best = Math.min(...flower.map(({ seconds }) => seconds));
  console.log(`airtune is ${(best / own.seconds).toFixed(2)} times as fast as Flower at its better setting.`);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
