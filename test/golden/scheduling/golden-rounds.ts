import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';

/** A golden round: its problem, and the results of an independent program (mpmath, 60 digits). */
export interface GoldenRound extends RoundProblem {
  readonly scenario: string;
  readonly channelGain: readonly number[];
  /** D* of the strongest 1, 2, ... devices. */
  readonly minimumDelaySeconds: readonly number[];
  readonly setExpansion: GoldenPlan;
  readonly exact: GoldenPlan;
  readonly allIn: Pick<GoldenPlan, 'selected' | 'delay'>;
  readonly equalShare: Pick<GoldenPlan, 'selected'> & { readonly delay?: number };
  readonly greedy: { readonly selected: readonly number[]; readonly usedHz: number };
  readonly staticShare: { readonly selected: readonly number[] };
  readonly bruteForceObjective?: number;
  readonly nextQueueSeconds: number;
}

export interface GoldenPlan {
  readonly selected: readonly number[];
  readonly delay: number;
  readonly objective: number;
  readonly bandwidth: Readonly<Record<string, number>>;
}

export function readGoldenRounds(folder: string): readonly GoldenRound[] {
  const rounds: readonly GoldenRound[] = JSON.parse(readFileSync(join(folder, 'scheduling.json'), 'utf8'));
  return rounds;
}
