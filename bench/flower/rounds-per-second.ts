import { parseArgs } from 'node:util';
import { requireSst2 } from '#bench/learning/sst2-run.ts';
import { CONTESTANTS, FLOWER_EXAMPLE, FLOWER_TUNED } from './contestants.ts';
import { least, measureRounds, title } from './measure-rounds.ts';

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
const figures = await measureRounds(sources, {
  turns: Number(values.turns),
  seconds: Number(values.seconds),
  rounds,
});
for (const { contestant, round, whole, count } of figures) {
  const perSecond = (rounds / whole).toFixed(3);
  console.log(
    `${title(contestant).padEnd(72)} ${round.toFixed(3)} s a warm round (median of ${count})  ${rounds} rounds in ${whole.toFixed(1)} s: ${perSecond} rounds/s`,
  );
}
for (const name of [FLOWER_EXAMPLE, FLOWER_TUNED]) {
  const ratio = (figure: 'round' | 'whole'): string => {
    const [own, other] = [least(figures, CONTESTANTS[0].name, figure), least(figures, name, figure)];
    return (other / own).toFixed(2);
  };
  if (figures.some(({ contestant }) => contestant.name === name)) {
    console.log(
      `airtune is ${ratio('round')} times as fast as ${name}, a whole run ${ratio('whole')} times.`,
    );
  }
}
