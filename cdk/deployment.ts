import { type App, CliCredentialsStackSynthesizer, type StackProps, Tags } from 'aws-cdk-lib';
import { stackNames } from '#shared/config/deployment.ts';
import { asSynthesizer } from './constructs/as-interface.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { EncoderStack } from './stacks/encoder-stack.ts';
import { FunctionsStack } from './stacks/functions-stack.ts';
import { MessagingStack } from './stacks/messaging-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';

/** The stacks of one deployment; those that the settings leave out are undefined. */
export interface Deployment {
  readonly messaging: MessagingStack;
  readonly functions: FunctionsStack | undefined;
  readonly encoder: EncoderStack | undefined;
  readonly observability: ObservabilityStack;
}

/** Puts the stacks that the settings ask for into the app. They name no account and no region: nothing is looked up. */
export function createDeployment(app: App, settings: DeploymentSettings): Deployment {
  const names = stackNames(settings.name);
  const about = (description: string): StackProps => ({
    description: `airtune: ${description}`,
    // An emulator is deployed to with the caller's own credentials: it reads the deployment roles' policies differently.
    ...(settings.target === 'local'
      ? { synthesizer: asSynthesizer(new CliCredentialsStackSynthesizer()) }
      : {}),
  });
  const messaging = new MessagingStack(app, names.messaging, {
    ...about('queues, dead letters and the bucket of runs'),
    settings,
  });
  const { resources } = messaging;
  const functions =
    settings.compute === 'lambda'
      ? new FunctionsStack(app, names.functions, {
          ...about('scheduler and device functions'),
          settings,
          resources,
        })
      : undefined;
  const encoder =
    settings.target === 'aws'
      ? new EncoderStack(app, names.encoder, {
          ...about('the encoder as a service of containers that scales from zero'),
          settings,
          resources,
        })
      : undefined;
  const observability = new ObservabilityStack(app, names.observability, {
    ...about('a dashboard of the round, and alarms'),
    settings,
    watched: {
      queues: resources.queues,
      functions: functions?.functions,
      encoder: encoder?.encoder,
    },
  });
  Tags.of(app).add('application', settings.name);
  return { messaging, functions, encoder, observability };
}
