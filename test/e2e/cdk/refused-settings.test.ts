import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

it('a setting of the stacks that cannot be used is one line, with the exit status of the command line', async () => {
  const app = spawn(process.execPath, [join(import.meta.dirname, '../../../cdk/app.ts')], {
    env: { ...process.env, NODE_OPTIONS: '', CDK_CONTEXT_JSON: JSON.stringify({ target: 'azure' }) },
  });
  const [[exitCode], stderr] = await Promise.all([once(app, 'close'), text(app.stderr)]);
  expect(stderr).toMatch(/^airtune: -c target: .*"aws"\|"local".*\n$/);
  expect(exitCode).toBe(2);
});
