import { CONTESTANTS, FLOWER_EXAMPLE, FLOWER_TUNED } from '#bench/flower/contestants.ts';
import { least, measureRounds, title } from '#bench/flower/measure-rounds.ts';
import { requireSst2 } from '#bench/learning/sst2-run.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';

const ROUNDS = 60;

/** Least ratio to each contestant. */
const TARGETS = [
  [FLOWER_EXAMPLE, 4],
  [FLOWER_TUNED, 3.2],
] as const;

/** Rounds of ten MiniLM devices beside the same rounds in Flower. */
export async function measureRun(): Promise<Measured> {
  const measures = await measureRounds(requireSst2(), { turns: 3, seconds: 8, rounds: ROUNDS });
  const [{ name: own }] = CONTESTANTS;
  const compared = TARGETS.filter(([peer]) => Number.isFinite(least(measures, peer, 'round')));
  const figures = (
    [
      ['a warm round', 'round'],
      [`a run of ${ROUNDS} rounds with its start`, 'whole'],
    ] as const
  ).flatMap(([task, kind]) =>
    compared.map(([peer, atLeast]): Figure => {
      const [value, other] = [least(measures, own, kind), least(measures, peer, kind)];
      return {
        task,
        value,
        unit: 's',
        peer: { name: peer, value: other },
        ratio: other / value,
        target: { bound: 'at least', value: atLeast },
      };
    }),
  );
  const lines = measures.map(
    ({ contestant, round, whole }) =>
      `${round.toFixed(3)} s a warm round, ${whole.toFixed(1)} s for ${ROUNDS} rounds: ${title(contestant)}`,
  );
  return { figures, lines };
}
