import type { ReportedRun } from '#run/report/reported-run.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';

/** What a report shows of a short run, one round of which had no answer. */
export const SAMPLE_RUN: ReportedRun = {
  run: 'sample <run>',
  target: 'aws',
  virtualTime: true,
  engine: 'tfjs',
  config: runConfigSchema.parse({
    model: { directory: '/models/<b>' },
    data: { directory: '/data', task: 'sst2' },
  }),
  chance: 0.5,
  theorem1: null,
  control: {
    rounds: 5,
    budgetSeconds: 1,
    meanDevices: 3,
    meanDelaySeconds: 1.2,
    firstDevices: 3,
    firstDelaySeconds: 1.2,
    emptyRounds: 0,
    forcedRounds: 0,
    forcedSeconds: 0,
    possible: null,
    warnings: ['the delay is over its budget'],
  },
  rounds: Array.from({ length: 5 }, (_, index) => ({
    round: index + 1,
    selected: [0, 1, 2],
    answered: index === 2 ? [] : [0, 1],
    trainLoss: index === 2 ? null : 0.7 - 0.05 * index,
    trainAccuracy: index === 2 ? null : 0.5 + 0.05 * index,
    ...(index % 2 === 0 ? { testAccuracy: 0.55 + 0.05 * index, testLoss: 0.7 - 0.04 * index } : {}),
    delaySeconds: 1 + 0.1 * index,
    delayBudgetSeconds: 1,
    queueSeconds: 0.2 * index,
    accountSeconds: 0.2 * index,
    delayLimitSeconds: null,
    joules: 2 + index,
    roundSeconds: 3 + index,
    timeSplitSeconds: { scheduling: 0.1, uplinkEmbeddings: 1.1, waitingForSlowest: 1 },
  })),
};
