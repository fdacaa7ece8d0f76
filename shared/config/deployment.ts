/**
 * Names of a deployment, and its version. The stacks and the command line both read them from here, so that
 * users need not type the name of a queue or a bucket.
 */
export const DEFAULT_DEPLOYMENT = 'airtune';

/**
 * Version of a deployment's interface to its clients. It rises when an output, a queue, a message or a
 * permission changes its meaning.
 */
export const DEPLOYMENT_VERSION = '4';

/** Names of a deployment's stacks by their contents. */
export function stackNames(deployment: string): Readonly<Record<DeploymentStack, string>> {
  return {
    messaging: `${deployment}-messaging`,
    functions: `${deployment}-functions`,
    encoder: `${deployment}-encoder`,
    observability: `${deployment}-observability`,
  };
}

export type DeploymentStack = 'messaging' | 'functions' | 'encoder' | 'observability';

/** Pattern of a deployment's name. Names of stacks, queues and metrics begin with it. */
export const DEPLOYMENT_NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}$/;

/** Names of the messaging stack's outputs. */
export const OUTPUTS = {
  version: 'Version',
  bucket: 'BucketName',
  queueUrls: {
    scheduler: 'SchedulerQueueUrl',
    device: 'DeviceQueueUrl',
    encoder: 'EncoderQueueUrl',
    'encoder-control': 'EncoderControlQueueUrl',
  },
  deadLetterUrls: {
    scheduler: 'SchedulerDeadLettersUrl',
    device: 'DeviceDeadLettersUrl',
    encoder: 'EncoderDeadLettersUrl',
    'encoder-control': 'EncoderControlDeadLettersUrl',
  },
} as const;
