import { parseArgs } from 'node:util';
import { requireSst2 } from '#bench/learning/sst2-run.ts';
import { CONTESTANTS, type Contestant, FLOWER_EXAMPLE, FLOWER_TUNED } from './contestants.ts';

/**
 * Rounds per second of a whole run beside Flower's simulation with PEFT, and beside the same steps in plain PyTorch.
 *
 *     AIRTUNE_PYTHON=path/to/python node bench/flower/rounds-per-second.ts [--seconds 10] [--turns 2] [--rounds 60]
 *
 * All of them: MiniLM in fp32 on SST-2, texts cut to 64 tokens, ten clients that all take part in every round with a mini-batch of
 * 16, LoRA of rank 8 on query, key, value and pooler.dense, a linear head; no test between rounds; all of this machine's
 * processors. A round of Flower's is one local step in every client and FedAvg of LoRA and head; one of airtune's is
 * split: devices embed and keep their heads, the encoder runs all of them and takes one step. Both do each client's forward and
 * backward pass once. Two figures of each: a round once everything is warm (the first rounds of each turn do not count), and a
 * whole run of so many rounds, from the start of its process: the time to the first round's end, and as many warm rounds as are left.
 * Contestants take turns, so that what else the machine does meets them all.
 *
 * Flower runs twice. As its examples write it, a client loads model and tokeniser in every message
 * (flower_example_client.py says which examples, and what of them is not counted); with more local steps in a round that would
 * weigh less. Tuned by hand, both stay in Flower's workers and a message costs little but its arithmetic, as in plain PyTorch. What is
 * left between that and airtune is bounded: both spend most of a round on the same matrix products on the same processors.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    turns: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '60' },
  },
});
const rounds = Number(values.rounds);
const sources = requireSst2();
/** Rounds of each turn that are not counted, beside the very first. */
const WARM_UP = 1;

interface Measured {
  /** From the start of its process to the end of the first round, each turn. */
  readonly firstSeconds: number[];
  readonly roundSeconds: number[];
}

const measured = new Map(
  CONTESTANTS.map((contestant): [Contestant, Measured] => [
    contestant,
    { firstSeconds: [], roundSeconds: [] },
  ]),
);
for (let turn = 0; turn < Number(values.turns); turn++) {
  for (const [contestant, { firstSeconds, roundSeconds }] of measured) {
    const ends = await contestant.measure(sources, Number(values.seconds));
    if (typeof ends !== 'string') {
      firstSeconds.push(ends[0]);
      roundSeconds.push(
        ...ends
          .slice(1)
          .map((end, index) => end - ends[index])
          .slice(WARM_UP),
      );
    } else if (turn === 0) console.log(`${title(contestant)} is absent: ${ends}`);
  }
}

const figures = [...measured]
  .filter(([, { roundSeconds }]) => roundSeconds.length > 0)
  .map(([contestant, { firstSeconds, roundSeconds }]) => {
    const round = median(roundSeconds);
    return {
      contestant,
      round,
      whole: median(firstSeconds) + (rounds - 1) * round,
      count: roundSeconds.length,
    };
  });
for (const { contestant, round, whole, count } of figures) {
  const perSecond = (rounds / whole).toFixed(3);
  console.log(
    `${title(contestant).padEnd(72)} ${round.toFixed(3)} s a warm round (median of ${count})  ${rounds} rounds in ${whole.toFixed(1)} s: ${perSecond} rounds/s`,
  );
}
for (const name of [FLOWER_EXAMPLE, FLOWER_TUNED]) {
  const ratio = (figure: 'round' | 'whole'): string => {
    const [own, other] = [least(CONTESTANTS[0].name, figure), least(name, figure)];
    return (other / own).toFixed(2);
  };
  if (figures.some(({ contestant }) => contestant.name === name)) {
    console.log(
      `airtune is ${ratio('round')} times as fast as ${name}, a whole run ${ratio('whole')} times.`,
    );
  }
}

function title({ name, setting }: Contestant): string {
  return setting === undefined ? name : `${name}, ${setting}`;
}

/** The figure at the better setting of this name; NaN where none could run. */
function least(name: string, figure: 'round' | 'whole'): number {
  const settings = figures.filter(({ contestant }) => contestant.name === name);
  return settings.length === 0 ? Number.NaN : Math.min(...settings.map((each) => each[figure]));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
