import { describe, expect, it } from 'vitest';
import { parseHubId } from '#shared/model/hub/hub-id.ts';

describe('names of models on a hub', () => {
  it.each([
    ['org/name', { name: 'org/name', revision: 'main' }],
    ['org/name@v1.0', { name: 'org/name', revision: 'v1.0' }],
    ['a-b/c_d.e@refs/pr/1', { name: 'a-b/c_d.e', revision: 'refs/pr/1' }],
  ])('%s', (text, id) => {
    expect(parseHubId(text)).toEqual(id);
  });

  it.each([
    'name',
    '/org/name',
    './org/name',
    '../name',
    'a/b/c',
    'org/name@',
    'org/',
    'C:\\models\\bert',
    'org/..',
  ])('%s is none', (text) => {
    expect(parseHubId(text)).toBeUndefined();
  });
});
