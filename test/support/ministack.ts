import { ministackPython } from '#local/ministack.ts';

const python = await ministackPython();

/** Whether tests against MiniStack can run here. In CI they must: there they run and fail where Python is absent. */
export const hasMiniStack = python !== undefined || process.env.CI === 'true';

/** Says on the console what a test file leaves out, and why. */
export function noticeSkipped(what: string): void {
  if (!hasMiniStack) {
    console.warn(`SKIPPED ${what}: no Python 3.10 or newer with venv (set AIRTUNE_PYTHON).`);
  }
}
