import { type App, CliCredentialsStackSynthesizer, type StackProps, Tags } from 'aws-cdk-lib';
import { stackNames } from '#shared/config/deployment.ts';
import { asSynthesizer } from './constructs/as-interface.ts';
import type { DeployedPlugin } from './deployed-plugins.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { EncoderStack } from './stacks/encoder-stack.ts';
import { FunctionsStack } from './stacks/functions-stack.ts';
import { MessagingStack } from './stacks/messaging-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';

/** The stacks of one deployment; undefined for a stack that the settings exclude. */
export interface Deployment {
  readonly messaging: MessagingStack;
  readonly functions: FunctionsStack | undefined;
  readonly encoder: EncoderStack | undefined;
  readonly observability: ObservabilityStack;
}

/**
 * Adds the stacks of the settings to the app. They name no account or region, so synthesis needs no look-ups.
 *
 * @param plugins the plug-ins of its functions
 */
export function createDeployment(
  app: App,
  settings: DeploymentSettings,
  plugins: readonly DeployedPlugin[] = [],
): Deployment {
  const names = stackNames(settings.name);
  const about = (description: string): StackProps => ({
    description: `airtune: ${description}`,
    // Deployment to an emulator uses the caller's own credentials, because emulators interpret the policies
    // of the deployment roles differently.
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
          plugins,
        })
      : undefined;
  const encoder =
    settings.target === 'aws'
      ? new EncoderStack(app, names.encoder, {
          ...about('the encoder as a service of containers that scales from zero'),
          settings,
          resources,
          plugins,
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
