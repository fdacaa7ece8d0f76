import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { createDeployment, type Deployment } from '#cdk/deployment.ts';
import { deploymentSettings } from '#cdk/deployment-settings.ts';

export interface Synthesised {
  readonly app: App;
  readonly deployment: Deployment;
  readonly assembly: CloudAssembly;
  template(stack: Stack | undefined): Template;
}

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** Synthesises the app with these `-c` settings, as `cdk synth` does, but without the functions' bundles. */
export function synthesise(settings: Readonly<Record<string, string>> = {}): Synthesised {
  const app = new App({
    context: {
      ...context,
      ...settings,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-asset-staging': true,
    },
  });
  const deployment = createDeployment(app, deploymentSettings(app));
  const assembly = app.synth();
  return {
    app,
    deployment,
    assembly,
    template(stack) {
      if (stack === undefined) throw new Error('This deployment has no such stack.');
      return Template.fromStack(stack);
    },
  };
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** All statements of a template's role policies, by the logical id of the policy. */
export function policyStatements(template: Template): ReadonlyMap<string, readonly PolicyStatement[]> {
  return new Map(
    Object.entries(template.findResources('AWS::IAM::Policy')).map(([id, { Properties }]) => [
      id,
      Properties.PolicyDocument.Statement,
    ]),
  );
}

/** A value as a list; IAM writes a list of one element as the element. */
export function asList<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
