import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AirtuneError } from '#shared/errors.ts';
import { createDeployment } from './deployment.ts';
import { deploymentSettings } from './deployment-settings.ts';

try {
  const app = new App();
  createDeployment(app, deploymentSettings(app));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof AirtuneError)) throw error;
  process.stderr.write(`airtune: ${error.line}\n`);
  process.exitCode = error.exitCode;
}
