import { type App, Tags } from 'aws-cdk-lib';
import { stackNames } from '../shared/config/deployment.ts';
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
  const messaging = new MessagingStack(app, names.messaging, settings, {
    description: 'airtune: queues, dead letters and the bucket of runs',
  });
  const functions =
    settings.compute === 'lambda'
      ? new FunctionsStack(app, names.functions, settings, messaging, {
          description: 'airtune: scheduler and device functions',
        })
      : undefined;
  const encoder =
    settings.target === 'aws'
      ? new EncoderStack(app, names.encoder, settings, messaging, {
          description: 'airtune: the encoder as a service of containers that scales from zero',
        })
      : undefined;
  const observability = new ObservabilityStack(
    app,
    names.observability,
    settings,
    { messaging, functions, encoder },
    { description: 'airtune: a dashboard of the round, and alarms' },
  );
  Tags.of(app).add('application', settings.name);
  return { messaging, functions, encoder, observability };
}
