import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { DEFAULT_DEPLOYMENT, DEPLOYMENT_NAME_PATTERN } from '#shared/config/deployment.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';

/** What can be chosen with `-c name=value`. */
export const deploymentSettingsSchema = z.strictObject({
  /** Begins the names of all stacks: several deployments fit into one account. */
  name: z.string().regex(DEPLOYMENT_NAME_PATTERN).default(DEFAULT_DEPLOYMENT),
  /** `local`: an emulator on this machine; nothing of ECS, and no custom resources. */
  target: z.enum(['aws', 'local']).default('aws'),
  /** `worker`: no functions; `airtune worker` runs the same handlers as processes that poll the queues. */
  compute: z.enum(['lambda', 'worker']).default('lambda'),
  /** What the encoder service runs on, in target aws. */
  encoder: z.enum(['gpu', 'cpu']).default('gpu'),
  /** Replicas that the encoder service may scale to, from zero. */
  encoderReplicas: z.coerce.number().int().min(1).max(50).default(2),
  /** Invocations of the device function at once. */
  deviceConcurrency: z.coerce.number().int().min(2).max(1000).default(100),
  /** Days after which what a run left is deleted; models and data that runs share stay 30 days longer. */
  keepRunsDays: z.coerce.number().int().min(1).max(3650).default(90),
  /** How long a message stays hidden that a killed function had in hand; only for tests on an emulator. */
  visibilitySeconds: z.coerce.number().int().min(1).max(43_200).optional(),
  /** Where alarms are sent; without it they only show. */
  alarmTopicArn: z
    .string()
    .regex(/^arn:[^:]+:sns:/)
    .optional(),
});

export type DeploymentSettings = z.output<typeof deploymentSettingsSchema>;

const SETTING_NAMES = Object.keys(deploymentSettingsSchema.shape);

/** Reads the settings from the app's context. Throws a ConfigError naming the one that is out of range, or misspelt. */
export function deploymentSettings(scope: IConstruct): DeploymentSettings {
  checkNames(Object.keys(z.record(z.string(), z.unknown()).parse(scope.node.getAllContext())));
  const given = SETTING_NAMES.flatMap((name) => {
    const value: unknown = scope.node.tryGetContext(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const parsed = deploymentSettingsSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue.message}.`, {
      subject: `-c ${issue.path.map(String).join('.')}`,
      remedy: 'See the settings in cdk/deployment-settings.ts.',
    });
  }
  if (parsed.data.visibilitySeconds !== undefined && parsed.data.target === 'aws') {
    throw new ConfigError('is for emulators only.', {
      subject: '-c visibilitySeconds',
      remedy: 'Leave it out: AWS asks for six times the timeout.',
    });
  }
  return parsed.data;
}

/** The context holds more than our settings: the library's, and what a person keeps for other apps. */
function checkNames(names: readonly string[]): void {
  for (const name of names) {
    const nearest = SETTING_NAMES.includes(name) ? undefined : nearestName(name, SETTING_NAMES);
    if (nearest === undefined) continue;
    throw new ConfigError('there is no such setting.', {
      subject: `-c ${name}`,
      remedy: `Did you mean ${nearest}?`,
    });
  }
}
