import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createDeployment } from './deployment.ts';
import { deploymentSettings } from './deployment-settings.ts';

const app = new App();
createDeployment(app, deploymentSettings(app));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
