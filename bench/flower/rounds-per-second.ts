import { parseArgs } from 'node:util';
import { requireSst2 } from '../learning/sst2-run.ts';
import { CONTESTANTS, type Contestant, FLOWER_EXAMPLE, FLOWER_TUNED } from './contestants.ts';

/**
 * Rounds per second of a whole run beside Flower's simulation with PEFT, and beside the same steps in plain PyTorch.
 *
 *     AIRTUNE_PYTHON=path/to/python node bench/flower/rounds-per-second.ts [--seconds 10] [--turns 2]
 *
 * All of them: MiniLM in fp32 on SST-2, texts cut to 64 tokens, ten clients that all take part in every round with a mini-batch of
 * 16, LoRA of rank 8 on query, key, value and pooler.dense, a linear head; no test between rounds; all of this machine's
 * processors. A round of Flower's is one local step in every client and FedAvg of LoRA and head; one of airtune's is
 * split: devices embed and keep their heads, the encoder runs all of them and takes one step. Both do each client's forward and
 * backward pass once. Start-up is left out: the first rounds of each turn do not count. Contestants take turns, so that what
 * else the machine does meets them all.
 *
 * Flower runs twice. As its examples write it, a client loads model and tokeniser in every message
 * (flower_example_client.py says which examples, and what of them is not counted); with more local steps in a round that would
 * weigh less. Tuned by hand, both stay in Flower's workers and a message costs little but its arithmetic, as in plain PyTorch. What is
 * left between that and airtune is bounded: both spend most of a round on the same matrix products on the same processors.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, turns: { type: 'string', default: '2' } },
});
const sources = requireSst2();
/** Rounds of each turn that are not counted, beside the very first. */
const WARM_UP = 1;

const measured = new Map(CONTESTANTS.map((contestant): [Contestant, number[]] => [contestant, []]));
for (let turn = 0; turn < Number(values.turns); turn++) {
  for (const [contestant, counted] of measured) {
    const seconds = await contestant.measure(sources, Number(values.seconds));
    if (typeof seconds !== 'string') counted.push(...seconds.slice(WARM_UP));
    else if (turn === 0) console.log(`${title(contestant)} is absent: ${seconds}`);
  }
}

const medians = [...measured]
  .filter(([, seconds]) => seconds.length > 0)
  .map(([contestant, seconds]) => ({ contestant, seconds: median(seconds), count: seconds.length }));
for (const { contestant, seconds, count } of medians) {
  console.log(
    `${title(contestant).padEnd(72)} ${seconds.toFixed(3)} s a round  ${(1 / seconds).toFixed(3)} rounds/s  (median of ${count})`,
  );
}
for (const name of [FLOWER_EXAMPLE, FLOWER_TUNED]) {
  const [own, other] = [fastest(CONTESTANTS[0].name), fastest(name)];
  if (own === undefined || other === undefined) continue;
  console.log(`airtune is ${(other / own).toFixed(2)} times as fast as ${name}.`);
}

function title({ name, setting }: Contestant): string {
  return setting === undefined ? name : `${name}, ${setting}`;
}

/** Seconds of a round at the better setting of this name; undefined where none could run. */
function fastest(name: string): number | undefined {
  const settings = medians.filter(({ contestant }) => contestant.name === name);
  return settings.length === 0 ? undefined : Math.min(...settings.map(({ seconds }) => seconds));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
