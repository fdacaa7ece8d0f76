import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requirement } from '#test/support/requirement.ts';

const ROOT = join(import.meta.dirname, '../../..');

const installed = existsSync(join(ROOT, 'site/node_modules'))
  ? undefined
  : 'the packages of the site are not installed. Run: npm ci --prefix site';

test.runIf(requirement('the documentation site', installed))(
  'the site builds without a dead link, with a page for every document and every entry point',
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['site/build.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production' },
    });
    expect(status, stdout + stderr).toBe(0);
    const site = join(ROOT, '.cache/site');
    for (const page of globSync('**/*.md', { cwd: join(ROOT, 'docs') })) {
      expect(existsSync(join(site, page.replace(/\.md$/, '.html'))), page).toBe(true);
    }
    const api = readFileSync(join(site, 'api/airtune/scheduling.html'), 'utf8');
    expect(api).toContain('Plans one round: the scheduled devices, their bandwidths');
  },
);
