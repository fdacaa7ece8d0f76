import type { RunConfig } from '#shared/config/run-config.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { controlSummary } from '#shared/scheduling/control/control-summary.ts';
import { controlWarnings } from '#shared/scheduling/control/control-warnings.ts';

/**
 * The control summary of a run so far, without the clairvoyant bound, whose computation takes as long as many
 * rounds. Null before the first round.
 *
 * @param config Undefined if the settings are not known; the summary then has no warnings.
 */
export function controlSoFar(
  rounds: readonly Pick<RoundMetrics, 'selected' | 'delaySeconds' | 'delayBudgetSeconds' | 'forcedSeconds'>[],
  config: RunConfig | undefined,
): RunResult['control'] | null {
  if (rounds.length === 0) return null;
  const summary = controlSummary(
    rounds.map(({ selected, ...figures }) => ({ ...figures, scheduled: selected.length })),
    () => null,
  );
  const warnings =
    config === undefined
      ? []
      : controlWarnings(summary, {
          ...config.scheduling,
          steadyChannel: config.channel.fading.kind === 'none',
        });
  return { ...summary, warnings };
}
