import { ministackPython } from '#local/ministack.ts';
import { requirement } from './requirement.ts';

/** Whether MiniStack can be installed and started on this machine. */
export const hasMiniStack = requirement(
  'tests on MiniStack',
  (await ministackPython()) === undefined
    ? 'no Python 3.10 or newer with venv was found (AIRTUNE_PYTHON names one)'
    : undefined,
);
