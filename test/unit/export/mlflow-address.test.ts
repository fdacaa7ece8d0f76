import { expect, test } from 'vitest';
import { mlflowAddress } from '#cli/export/mlflow-address.ts';
import { thrownLine } from '#test/support/thrown.ts';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

test.each<[string, string, Readonly<Record<string, string>>, string | undefined]>([
  ['an address', 'http://h:5000/', {}, undefined],
  ['an address with user name and password', 'http://me:a%3Ab@h:5000', {}, basic('me:a:b')],
  ["MLflow's user name", 'http://h:5000', { MLFLOW_TRACKING_USERNAME: 'me' }, basic('me:')],
  ["MLflow's token", 'http://me:x@h:5000', { MLFLOW_TRACKING_TOKEN: 't' }, 'Bearer t'],
])('the tracking server by %s', (_, given, environment, authorization) => {
  expect(mlflowAddress(given, environment)).toEqual({ url: 'http://h:5000', authorization });
});

test.each([
  ['ftp://h', '--mlflow: is not the address of a tracking server.'],
  ['http://me:%zz@h', '--mlflow: has a user name or password that is not encoded as in addresses.'],
  ['http://me:secret@h/?a=b', '--mlflow: is not the address of a tracking server.'],
])('%s is refused in a line that does not repeat it', (given, line) => {
  const found = thrownLine(() => mlflowAddress(given, {}));
  expect(found.startsWith(line)).toBe(true);
  expect(found).not.toMatch(/secret|%zz/);
});

test('no address is said to be missing', () => {
  expect(thrownLine(() => mlflowAddress(true, {}))).toContain('MLFLOW_TRACKING_URI: is not set.');
});
