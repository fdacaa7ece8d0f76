import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveExperiment } from '#cli/experiment/resolve-experiment.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';

test("an experiment's plan does not store the password of an endpoint's address", async () => {
  const quickstart = join(import.meta.dirname, '../../../quickstart');
  const options = {
    target: 'aws',
    endpoint: 'http://me:secret@127.0.0.1:4566',
    model: join(quickstart, 'model'),
    data: [join(quickstart, 'data')],
  };
  const { plan } = await resolveExperiment(undefined, options, new TestTerminal());
  expect(plan.host).toEqual({ target: 'aws', endpoint: 'http://127.0.0.1:4566' });
  expect(JSON.stringify(plan)).not.toContain('secret');
});
