import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { deploymentSettings } from '#cdk/deployment-settings.ts';
import { synthesise } from '#test/support/synthesise.ts';
import { thrownLine } from '#test/support/thrown.ts';

const VARIANTS = [
  {},
  { encoder: 'cpu' },
  { compute: 'worker' },
  { keys: 'customer', network: 'private', budgetDollars: '100', budgetEmail: 'me@example.org' },
  { target: 'local' },
  { target: 'local', compute: 'worker' },
] as const satisfies readonly Readonly<Record<string, string>>[];

describe.each(VARIANTS.map((settings) => [JSON.stringify(settings), synthesise(settings)] as const))(
  'with %s',
  (_, { app, assembly }) => {
    it("has no finding of cdk-nag's AWS Solutions", () => {
      const { violations } = new AwsSolutionsChecks(app).validateScope(app);
      expect(violations).toEqual([]);
    });

    it('gives a reason for every rule it does not keep', () => {
      const reasons = app.node
        .findAll()
        .flatMap(({ node }) =>
          node.metadata
            .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
            .flatMap(({ data }) => Object.values(data)),
        );
      expect(reasons.length).toBeGreaterThan(0);
      for (const reason of reasons) expect(String(reason)).toMatch(/^\w.{40,}/);
    });

    it('looks nothing up', () => {
      expect(assembly.manifest.missing).toBeUndefined();
    });

    it('has nothing that outlives its stack', () => {
      const policies = assembly.stacks.flatMap(({ template }) =>
        Object.values<{ DeletionPolicy?: string }>(template.Resources).map(
          ({ DeletionPolicy = 'Delete' }) => DeletionPolicy,
        ),
      );
      expect(new Set(policies)).toEqual(new Set(['Delete']));
    });
  },
);

describe('on an emulator', () => {
  it('has nothing of ECS, EC2 or auto scaling, and no custom resource', () => {
    const { assembly } = synthesise({ target: 'local' });
    expect(assembly.stacks.map(({ stackName }) => stackName).sort()).toEqual([
      'airtune-functions',
      'airtune-messaging',
      'airtune-observability',
    ]);
    const types = assembly.stacks.flatMap(({ template }) =>
      Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type),
    );
    expect(types.filter((type) => /ECS|EC2|AutoScaling|Custom/.test(type))).toEqual([]);
  });
});

describe('several deployments', () => {
  it('share no name', () => {
    const names = (name: string) => synthesise({ name }).assembly.stacks.map(({ stackName }) => stackName);
    expect(names('first').every((name) => name.startsWith('first-'))).toBe(true);
  });
});

describe('settings', () => {
  const line = (context: Record<string, string>) =>
    thrownLine(() => deploymentSettings(new App({ context })));

  it.each([
    [{ target: 'azure' }, '-c target:'],
    [{ deviceConcurrency: '1' }, '-c deviceConcurrency:'],
    [{ name: 'Not A Name' }, '-c name:'],
    [{ visibilitySeconds: '5' }, '-c visibilitySeconds: is for emulators only.'],
    [
      { deviceConcurency: '5' },
      '-c deviceConcurency: there is no such setting. Did you mean deviceConcurrency?',
    ],
  ])('refuse %j by name', (context, beginning) => {
    expect(line(context).startsWith(beginning)).toBe(true);
  });

  it("exclude the resources of the library's, or another app's of the same person", () => {
    const context = { '@aws-cdk/core:checkSecretUsage': true, 'cli-telemetry': false, owner: 'me' };
    expect(deploymentSettings(new App({ context }))).toMatchObject({ name: 'airtune', target: 'aws' });
  });
});
