import { expect, test } from 'vitest';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import { thrownLine } from '#test/support/thrown.ts';

const refused = (address: string): string =>
  thrownLine(() => endpointAddress(address, '--endpoint', () => {}));

test.each(['http://127.0.0.1:4566', 'https://sqs.example.org/base', 'http://[::1]:80/'])(
  'the address %s is used as it is given',
  (address) => {
    const notices: string[] = [];
    expect(endpointAddress(address, '--endpoint', (line) => notices.push(line))).toBe(address);
    expect(notices).toEqual([]);
  },
);

test.each([
  ['http://user:s3cret@127.0.0.1:4566', 'http://127.0.0.1:4566'],
  ['https://s3cret@example.org/base', 'https://example.org/base'],
  ['http://:s3cret@example.org', 'http://example.org'],
  ['http://us%40er:s3cret%2f@example.org:81', 'http://example.org:81'],
])('credentials in %s are left out, with a notice that does not repeat them', (given, used) => {
  const notices: string[] = [];
  expect(endpointAddress(given, '--endpoint', (line) => notices.push(line))).toBe(used);
  expect(notices).toHaveLength(1);
  expect(notices[0]).not.toContain('s3cret');
});

test.each([
  '',
  'nowhere',
  'ftp://user:s3cret@example.org',
  'http://u:s3cret@',
  'http://example.org/?key=s3cret',
])('%j is refused in one line that repeats nothing of it', (address) => {
  expect(refused(address)).toMatch(/^--endpoint: is not the address of an endpoint/);
  expect(refused(address)).not.toContain('s3cret');
});
