import { localStackPython } from '#local/localstack.ts';

const python = await localStackPython();

/** Whether tests against LocalStack can run here. In CI they must: there they run and fail where Python is absent. */
export const hasLocalStack = python !== undefined || process.env.CI === 'true';

/** Says on the console what a test file leaves out, and why. */
export function noticeNoLocalStack(what: string): void {
  if (!hasLocalStack) {
    console.warn(`SKIPPED ${what}: no Python 3.12 or newer with venv (set AIRTUNE_PYTHON).`);
  }
}
