import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { DEFAULT_DEPLOYMENT, DEPLOYMENT_NAME_PATTERN } from '#shared/config/deployment.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { FUNCTIONS, visibilitySeconds } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** A container image: `[HOST[:PORT]/]NAME[:TAG]`, with or without a digest. */
const imageReference = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9._-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/,
    'is not an image: name it as node@sha256: and 64 hexadecimal digits, or node:TAG',
  );

/** Deployment settings, given as CDK context: `-c name=value`. */
export const deploymentSettingsSchema = z.strictObject({
  /** Prefix of all stack names; it allows several deployments in one account. */
  name: z.string().regex(DEPLOYMENT_NAME_PATTERN).default(DEFAULT_DEPLOYMENT),
  /** `local`: an emulator on this machine, without ECS and custom resources. */
  target: z.enum(['aws', 'local']).default('aws'),
  /**
   * `worker`: no Lambda functions; `airtune worker` runs the same handlers in processes that poll the queues.
   */
  compute: z.enum(['lambda', 'worker']).default('lambda'),
  /** The modules of policy and channel plug-ins for the scheduler function: a file or a package. */
  policy: z.string().min(1).optional(),
  channel: z.string().min(1).optional(),
  /** The module of an optimiser plug-in for the encoder's image. */
  optimizer: z.string().min(1).optional(),
  /** Accelerator of the encoder service, for target aws; `torch` and `torch-cpu` have the torch engine. */
  encoder: z.enum(['gpu', 'cpu', 'torch', 'torch-cpu']).default('gpu'),
  /** Maximum number of replicas of the encoder service; the minimum is zero. */
  encoderReplicas: z.coerce.number().int().min(1).max(50).default(2),
  /** Maximum number of concurrent invocations of the device function. */
  deviceConcurrency: z.coerce.number().int().min(2).max(1000).default(100),
  /**
   * Timeout of an invocation of the scheduler function [s]. Sending the messages of a round with a million
   * devices takes minutes.
   */
  schedulerTimeoutSeconds: z.coerce
    .number()
    .int()
    .min(FUNCTIONS.scheduler.lambda.timeoutSeconds)
    .max(900)
    .default(FUNCTIONS.scheduler.lambda.timeoutSeconds),
  /**
   * Days after which a run's objects are deleted; models and data that runs share are kept 30 days longer.
   */
  keepRunsDays: z.coerce.number().int().min(1).max(3650).default(90),
  /** Visibility timeout of the queues [s]; only for tests on an emulator. */
  visibilitySeconds: z.coerce.number().int().min(1).max(43_200).optional(),
  /** ARN of the SNS topic that alarms are sent to. Without it alarms are shown but not sent. */
  alarmTopicArn: z
    .string()
    .regex(/^arn:[^:]+:sns:/)
    .optional(),
  /**
   * ARNs of the IAM users and roles that may use the command line, separated by commas; `*` matches any text.
   * Default: all users of the account, its root user, and the roles of IAM Identity Center.
   */
  operators: z
    .string()
    .transform((text) => text.split(',').map((arn) => arn.trim()))
    .pipe(z.array(z.string().regex(/^arn:[^:]+:iam::[0-9*]*:(user|role|root)\b/)).min(1))
    .optional(),
  /** `customer`: bucket, queues and logs are encrypted with a KMS key of the account. */
  keys: z.enum(['aws', 'customer']).default('aws'),
  /** `private`: the encoder has no public address and reaches AWS through endpoints in its network. */
  network: z.enum(['public', 'private']).default('public'),
  /** `retain`: the bucket keeps old versions of its objects, and stays when the stacks are destroyed. */
  bucket: z.enum(['delete', 'retain']).default('delete'),
  /** Monthly costs of the deployment [US dollars] of which 80 % and 100 % are reported to `budgetEmail`. */
  budgetDollars: z.coerce.number().positive().optional(),
  budgetEmail: z.email().optional(),
  /** Base images of the encoder's image, for example by digest: `-c nodeImage=node@sha256:...`. */
  nodeImage: imageReference.optional(),
  cudaImage: imageReference.optional(),
  pythonImage: imageReference.optional(),
  /** Index of PyTorch's packages for the torch engine's image, such as an index of packages without CUDA. */
  torchIndex: z.url().optional(),
});

export type DeploymentSettings = z.output<typeof deploymentSettingsSchema>;

/** Visibility timeout of the queues of a function in this deployment [s]. */
export function queueVisibilitySeconds(settings: DeploymentSettings, name: FunctionName): number {
  const { visibilitySeconds: given, schedulerTimeoutSeconds } = settings;
  return given ?? visibilitySeconds(name, name === 'scheduler' ? schedulerTimeoutSeconds : undefined);
}

const SETTING_NAMES = Object.keys(deploymentSettingsSchema.shape);

/**
 * Reads the deployment settings from the app's context.
 *
 * @throws ConfigError naming the setting that is out of range or misspelt.
 */
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
      remedy: 'Leave it out: AWS requires six times the timeout.',
    });
  }
  if ((parsed.data.budgetDollars === undefined) !== (parsed.data.budgetEmail === undefined)) {
    throw new ConfigError('is given without the other one of budgetDollars and budgetEmail.', {
      subject: parsed.data.budgetEmail === undefined ? '-c budgetDollars' : '-c budgetEmail',
      remedy: 'Give both, for example -c budgetDollars=200 -c budgetEmail=me@example.org.',
    });
  }
  return parsed.data;
}

/**
 * Refuses misspelt names. Other names are allowed, because the context also holds settings of CDK and of
 * other apps.
 */
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
