import { localStackPython } from '#local/localstack.ts';
import { fullRunOnly, requirement } from './requirement.ts';

/** Whether this run tests on LocalStack. Only full runs do, because its installation is half a gigabyte. */
export const hasLocalStack =
  fullRunOnly('tests on LocalStack') &&
  requirement(
    'tests on LocalStack',
    (await localStackPython()) === undefined
      ? 'no Python 3.12 or newer with venv was found (AIRTUNE_PYTHON names one)'
      : undefined,
  );
