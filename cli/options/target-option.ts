import { ConfigError } from '#shared/errors.ts';

/** Options about the target of a run. */
export interface TargetOptions {
  readonly target: string;
  readonly endpoint?: string | undefined;
  readonly deployment?: string | undefined;
  readonly region?: string | undefined;
  readonly detach?: boolean | undefined;
}

/** The target of a run. */
export type Target = 'embedded' | 'aws';

/**
 * The target that the options name. Options without effect on this target are refused.
 *
 * @throws ConfigError naming the option
 */
export function requireTarget({ target, endpoint, deployment, region, detach }: TargetOptions): Target {
  if (target !== 'embedded' && target !== 'aws') {
    throw new ConfigError(`${JSON.stringify(target)} is not a known target.`, {
      subject: '--target',
      remedy: 'Use embedded or aws.',
    });
  }
  if (target === 'embedded') {
    refuseGiven(
      { endpoint, deployment, region, detach },
      'without --target aws',
      'Add it, or leave this out.',
    );
  } else if (endpoint !== undefined) {
    refuseGiven({ deployment }, 'beside --endpoint', 'Leave one of them out.');
  }
  return target;
}

function refuseGiven(options: Readonly<Record<string, unknown>>, beside: string, remedy: string): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined && options[name] !== false);
  if (given === undefined) return;
  throw new ConfigError(`has no effect ${beside}.`, { subject: `--${given}`, remedy });
}
