import type { RunObserver } from '#run/follow/run-observer.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { TraceFiles } from '#run/output/trace-files.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError } from '#shared/errors.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';

/** Options of a run that write or send its rounds during the run. */
export interface ObserverOptions {
  readonly traceRounds?: RoundList;
  readonly tensorboard?: string;
  readonly otlp?: string | true;
}

/** Those options, each with its name on the command line. */
export const OBSERVER_OPTIONS = [
  ['traceRounds', '--trace-rounds'],
  ['tensorboard', '--tensorboard'],
  ['otlp', '--otlp'],
] as const satisfies readonly (readonly [keyof ObserverOptions, string])[];

/** Makes the observers of a run whose output folder is open. */
export type MakeObservers = (output: RunOutput, notice: (line: string) => void) => readonly RunObserver[];

/**
 * Checks the options before a run is opened.
 *
 * @param nowMs When this process began, since 1970-01-01 UTC.
 * @throws ConfigError, OutputError naming the option that cannot be used.
 */
export async function planObservers(
  options: ObserverOptions & { readonly resume?: string; readonly detach?: boolean },
  environment: Environment,
  nowMs: number,
): Promise<MakeObservers> {
  const { traceRounds, tensorboard, otlp, resume, detach } = options;
  const given = OBSERVER_OPTIONS.find(([name]) => options[name] !== undefined);
  if (detach && given !== undefined) {
    throw new ConfigError('has no effect beside --detach.', {
      subject: given[1],
      remedy: 'Give it with --resume, which follows the run.',
    });
  }
  if (tensorboard !== undefined && resume === undefined) {
    await requireNewFolder(tensorboard, 'Choose another folder with --tensorboard: a folder is one run.');
  }
  // Loaded only for their options.
  const makeTensorboard =
    tensorboard === undefined ? undefined : await tensorboardObserver(tensorboard, nowMs);
  const makeOtlp =
    otlp === undefined ? undefined : await otlpObserver(otlp, environment, nowMs, traceRounds ?? 'all');
  return (output, notice) => [
    ...(traceRounds === undefined ? [] : [new TraceFiles(output, traceRounds)]),
    ...(makeTensorboard === undefined ? [] : [makeTensorboard()]),
    ...(makeOtlp === undefined ? [] : [makeOtlp(notice)]),
  ];
}

async function tensorboardObserver(directory: string, nowMs: number): Promise<() => RunObserver> {
  const { TensorboardObserver } = await import('#export/tensorboard/tensorboard-observer.ts');
  return () => new TensorboardObserver(directory, nowMs);
}

/** @throws ConfigError for a collector that cannot be used. */
async function otlpObserver(
  collector: string | true,
  environment: Environment,
  nowMs: number,
  traceRounds: RoundList,
): Promise<(notice: (line: string) => void) => RunObserver> {
  const { otlpTarget } = await import('#export/otlp/otlp-target.ts');
  const { OtlpObserver } = await import('#export/otlp/otlp-observer.ts');
  const { OtlpSender } = await import('#export/otlp/otlp-sender.ts');
  const target = otlpTarget(collector, environment);
  return (notice) => {
    const sender = new OtlpSender(target, (reason) =>
      notice(`airtune: warning: --otlp: ${reason}; the run goes on, and what cannot be sent is lost.`),
    );
    return new OtlpObserver(sender, { environment, nowMs, traceRounds });
  };
}
