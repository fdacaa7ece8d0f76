/**
 * What a deployed airtune is called and what it says about itself. The stacks and the command line both read it here,
 * so that nobody types the name of a queue or a bucket.
 */
export const DEFAULT_DEPLOYMENT = 'airtune';

/** Version of what a deployment offers to its clients; it rises when an output, a queue, a message or a permission changes its meaning. */
export const DEPLOYMENT_VERSION = '2';

/** Stacks of a deployment by what they hold. */
export function stackNames(deployment: string): Readonly<Record<DeploymentStack, string>> {
  return {
    messaging: `${deployment}-messaging`,
    functions: `${deployment}-functions`,
    encoder: `${deployment}-encoder`,
    observability: `${deployment}-observability`,
  };
}

export type DeploymentStack = 'messaging' | 'functions' | 'encoder' | 'observability';

/** A name that stacks, queues and metrics can begin with. */
export const DEPLOYMENT_NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}$/;

/** Names of the messaging stack's outputs. */
export const OUTPUTS = {
  version: 'Version',
  bucket: 'BucketName',
  queueUrls: { scheduler: 'SchedulerQueueUrl', device: 'DeviceQueueUrl', encoder: 'EncoderQueueUrl' },
  deadLetterUrls: {
    scheduler: 'SchedulerDeadLettersUrl',
    device: 'DeviceDeadLettersUrl',
    encoder: 'EncoderDeadLettersUrl',
  },
} as const;
