import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AirtuneError } from '#shared/errors.ts';
import { deployedPlugins } from './deployed-plugins.ts';
import { createDeployment } from './deployment.ts';
import { deploymentSettings } from './deployment-settings.ts';

try {
  const app = new App();
  const settings = deploymentSettings(app);
  createDeployment(app, settings, await deployedPlugins(settings));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof AirtuneError)) throw error;
  process.stderr.write(`airtune: ${error.line}\n`);
  process.exitCode = error.exitCode;
}
