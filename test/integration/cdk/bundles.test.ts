import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DeployedBundle, deployedBundles } from '#bench/bundles/deployed-bundles.ts';
import { CREDENTIALS_OF_OTHER_HOSTS } from '#cdk/constructs/queue-function.ts';

const { folder, bundles } = deployedBundles();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIMIT_BYTES: Readonly<Record<DeployedBundle['name'], number>> = {
  scheduler: 450_000,
  // It holds the head of a language model, too.
  device: 500_000,
};

describe.each(bundles.map((bundle) => [bundle.name, bundle] as const))('the bundle of %s', (name, bundle) => {
  const code = readFileSync(join(bundle.folder, 'index.js'), 'utf8');

  it('is small', () => {
    expect(bundle.zippedBytes).toBeLessThan(LIMIT_BYTES[name]);
  });

  const named = (call: 'require' | 'import'): readonly string[] => {
    const modules = [...code.matchAll(new RegExp(`\\b${call}\\("([^"]+)"\\)`, 'g'))].map(
      ([, module]) => module,
    );
    return [...new Set(modules)].filter((module) => !isBuiltin(module)).sort();
  };

  it('holds everything it needs but Node itself', () => {
    expect(code).toContain('require("node:');
    // The SDK needs it only to sign a request for several regions, which airtune never does.
    expect(named('require')).toEqual(['@aws-sdk/signature-v4-crt']);
    // Further credential sources; a function's credentials are in its environment.
    expect(named('import')).toEqual([...CREDENTIALS_OF_OTHER_HOSTS].sort());
  });

  it('comes with its source map', () => {
    expect(code.trimEnd().endsWith('//# sourceMappingURL=index.js.map')).toBe(true);
    expect(Object.keys(bundle.files).sort()).toEqual(['index.js', 'index.js.map']);
  });

  it('fails by the name of its error, and the line of its source', () => {
    const load = `require(${JSON.stringify(join(bundle.folder, 'index.js'))})`;
    const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', '-e', load], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, AWS_REGION: 'us-east-1' },
    });
    expect(stderr).toContain('ConfigError: ');
    expect(stderr).toContain('environment variable AIRTUNE_BUCKET');
    expect(stderr).toMatch(new RegExp(`${name}.index\\.ts:\\d+:\\d+\\)`));
  });
});

it('there are two', () => {
  expect(bundles.map(({ name }) => name).sort()).toEqual(['device', 'scheduler']);
});
