import type { LoggedSettings } from '#shared/protocol/log-events.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { type MeasuredRun, measuredRun } from './measured-run.ts';

/** The part of a run's result with its settings and its times. */
interface MeasuredSource
  extends Pick<RunResult, 'run' | 'target' | 'virtualTime' | 'fillTokens' | 'labelNames'> {
  readonly config: LoggedSettings;
  readonly payloadBits: Pick<RunResult['payloadBits'], 'embeddings' | 'features'>;
  readonly rounds: readonly Pick<
    RoundMetrics,
    'round' | 'answered' | 'timeSplitSeconds' | 'meanTimeSplitSeconds' | 'meanTokens'
  >[];
}

/**
 * A run from its result.
 *
 * @throws ConfigError if no round was answered.
 */
export function measuredResult(result: MeasuredSource, subject: string): MeasuredRun {
  return measuredRun(
    {
      name: result.run,
      target: result.target,
      config: { ...result.config, data: { maxTokens: sequenceTokens(result) } },
      featureBits: result.payloadBits.features,
      labelCount: result.labelNames.length,
      batchTokens: result.virtualTime ? undefined : Math.max(1, result.fillTokens),
      rounds: result.rounds.map((round) => ({
        round: round.round,
        answered: round.answered.length,
        criticalSeconds: round.timeSplitSeconds,
        meanSeconds: round.meanTimeSplitSeconds,
        meanTokens: round.meanTokens,
      })),
    },
    subject,
  );
}

/**
 * Tokens of the longest example: for images, the tokens of each. In language tasks features are as large as
 * embeddings, and all examples are texts.
 */
function sequenceTokens({ config, payloadBits }: MeasuredSource): number {
  const { embeddings, features } = payloadBits;
  return embeddings > features ? embeddings / features : config.data.maxTokens;
}
