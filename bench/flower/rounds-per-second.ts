import { parseArgs } from 'node:util';
import { requireSst2 } from '#bench/learning/sst2-run.ts';
import { CONTESTANTS, type Contestant, FLOWER_EXAMPLE, FLOWER_TUNED } from './contestants.ts';

/**
 * Compares rounds per second of a whole run with Flower's simulation with PEFT, and with the same steps in
 * plain PyTorch.
 *
 *  AIRTUNE_PYTHON=path/to/python node bench/flower/rounds-per-second.ts [--seconds 10] [--turns 2] [--rounds
 * 60]
 *
 * Common settings: MiniLM in fp32 on SST-2, texts cut to 64 tokens, ten clients in every round with a
 * mini-batch of 16 each, LoRA of rank 8 on query, key, value and pooler.dense, a linear head, no test between
 * rounds, all of the machine's processors. In Flower a round is one local step in every client, and FedAvg of
 * LoRA and head. In airtune a round is split: devices embed and keep their heads, the encoder runs the
 * batches of all devices and takes one step. Both do one forward and one backward pass for each client.
 *
 * Two figures for each contestant: the time of a warm round (the first rounds of each turn do not count), and
 * the time of a whole run of `--rounds` rounds, which is the time from process start to the end of the first
 * round plus the warm rounds. Contestants run in turns, so that other load affects all alike.
 *
 * Flower runs with two clients. In its own examples a client loads model and tokeniser for every message
 * (flower_example_client.py names the examples and the parts that are not counted); with more local steps in
 * a round the loading would matter less. In the tuned client both stay in Flower's workers, and a message
 * costs little more than its arithmetic, as in plain PyTorch. The difference between the tuned client and
 * airtune is bounded, because both spend most of a round on the same matrix products on the same processors.
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
/** Rounds of each turn that are not counted, in addition to the first. */
const WARM_UP = 1;

interface Measured {
  /** Time from process start to the end of the first round, for each turn. */
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

/** The figure of the best setting of a contestant name; NaN if none could run. */
function least(name: string, figure: 'round' | 'whole'): number {
  const settings = figures.filter(({ contestant }) => contestant.name === name);
  return settings.length === 0 ? Number.NaN : Math.min(...settings.map((each) => each[figure]));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
