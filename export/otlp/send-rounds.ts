import { join } from 'node:path';
import type { ExportedRun } from '#export/run/exported-run.ts';
import type { Environment } from '#shared/environment.ts';
import { ServiceError } from '#shared/errors.ts';
import { readRoundTraces, roundTraceFolder } from '#study/output/round-trace-folder.ts';
import { resourceAttributes } from './otlp-resource.ts';
import { OtlpRounds } from './otlp-rounds.ts';
import { OtlpSender, type OtlpTarget } from './otlp-sender.ts';

/** Numbers of sent records. */
export interface SentRounds {
  readonly rounds: number;
  /** Rounds with spans. */
  readonly traced: number;
}

/**
 * Sends a run in an output folder to a collector, with spans of the rounds that are traced there.
 *
 * @throws ServiceError when the collector does not answer, or refuses.
 */
export async function sendRounds(
  folder: string,
  { name, rounds, startedAtMs, result }: ExportedRun,
  target: OtlpTarget,
  environment: Environment,
): Promise<SentRounds> {
  const traces = await readRoundTraces(join(folder, roundTraceFolder()));
  const virtualTime = result?.virtualTime ?? [...traces.values()].some((trace) => trace.virtualTime);
  const failures: string[] = [];
  const sender = new OtlpSender(target, (reason) => failures.push(reason));
  const sent = new OtlpRounds(sender, resourceAttributes(name, virtualTime, environment), startedAtMs);
  for (const metrics of rounds) {
    sent.round(metrics, traces.get(metrics.round));
    // In turn: all requests together could be more than the sender keeps.
    await sender.flush();
    const [reason] = failures;
    if (reason === undefined) continue;
    throw new ServiceError(`${reason}.`, {
      subject: '--otlp',
      remedy: 'Name a collector that receives OTLP over HTTP, as in http://localhost:4318.',
    });
  }
  return { rounds: rounds.length, traced: traces.size };
}
