import { readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DeployedBundle, deployedBundles } from '../../../bench/bundles/deployed-bundles.ts';

const { folder, bundles } = deployedBundles();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIMIT_BYTES: Readonly<Record<DeployedBundle['name'], number>> = {
  scheduler: 1_000_000,
  device: 3_000_000,
};

describe.each(bundles.map((bundle) => [bundle.name, bundle] as const))('the bundle of %s', (name, bundle) => {
  const code = readFileSync(join(bundle.folder, 'index.js'), 'utf8');

  it('is small', () => {
    expect(bundle.zippedBytes).toBeLessThan(LIMIT_BYTES[name]);
  });

  it('holds everything it needs but Node itself', () => {
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module);
    const own = new Set([...builtinModules, ...builtinModules.map((module) => `node:${module}`)]);
    expect(required.length).toBeGreaterThan(0);
    const others = new Set(required.filter((module) => !own.has(module)));
    // The SDK looks for it when a request is to be signed for several regions, which ours never are.
    others.delete('@aws-sdk/signature-v4-crt');
    expect([...others]).toEqual([]);
  });

  it('comes with its source map', () => {
    expect(code.trimEnd().endsWith('//# sourceMappingURL=index.js.map')).toBe(true);
    expect(Object.keys(bundle.files).sort()).toEqual(['index.js', 'index.js.map']);
  });
});

it('there are two', () => {
  expect(bundles.map(({ name }) => name).sort()).toEqual(['device', 'scheduler']);
});
