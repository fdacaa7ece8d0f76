import { expect, test } from 'vitest';
import { parseExperimentPlan } from '#shared/protocol/experiment-result.ts';
import { thrownLine } from '#test/support/thrown.ts';

const PLAN = {
  format: 'airtune-experiment-plan',
  version: 1,
  airtune: '0.1.0',
  title: 'one point',
  preset: null,
  notes: [],
  host: { target: 'embedded' },
  seeds: [1],
  points: [
    {
      name: '01',
      variant: null,
      contender: null,
      varied: {},
      settings: { scheduling: { bandwidths: [1, 2] } },
    },
  ],
};

test('a setting beyond the range of a double, which JSON cannot write again, is refused by its place', () => {
  const text = JSON.stringify(PLAN);
  expect(parseExperimentPlan(JSON.parse(text), 'plan.json')).toEqual(PLAN);
  expect(
    thrownLine(() => parseExperimentPlan(JSON.parse(text.replace('[1,2]', '[1,1e999]')), 'plan.json')),
  ).toMatch(/^plan\.json.*points\.0\.settings.* has a number that is too large, such as 1e999/);
});
