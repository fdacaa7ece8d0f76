import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FOLLOWED_BY_CHOICE, NEVER_FOLLOWED } from '#cdk/checks-not-followed.ts';
import { findPython } from '#local/find-python.ts';
import { runCommand } from '#local/run-command.ts';
import { ensureVirtualEnvironment } from '#local/virtual-environment.ts';
import { fullRunOnly, requirement } from '#test/support/requirement.ts';
import { synthesise } from '#test/support/synthesise.ts';

/** cfn-lint has no module that can be run. */
const CFN_LINT = 'import sys; from cfnlint.runner import main; sys.exit(main())';

/** Time limit that includes the first installation. */
const SETUP_MS = 1_200_000;
const python = await findPython(12);
const hasLinters =
  fullRunOnly('cfn-lint and checkov') &&
  requirement(
    'cfn-lint and checkov',
    python === undefined
      ? 'no Python 3.12 or newer with venv was found (AIRTUNE_PYTHON names one)'
      : undefined,
  );

const cfnLintReport = z.array(z.object({ Rule: z.object({ Id: z.string() }), Level: z.string() }));
const checkovReport = z.object({
  results: z.object({ failed_checks: z.array(z.object({ check_id: z.string() })) }),
});

/** Every default, on GPUs and on CPUs, and every choice. */
const DEPLOYMENTS = {
  usual: [{}, { encoder: 'cpu' }],
  hardened: [
    {
      keys: 'customer',
      network: 'private',
      bucket: 'retain',
      budgetDollars: '100',
      budgetEmail: 'me@example.org',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

describe.skipIf(!hasLinters)('the templates', () => {
  let interpreter: string;

  beforeAll(async () => {
    if (python !== undefined) interpreter = await ensureVirtualEnvironment('linters', python, () => {});
  }, SETUP_MS);

  /** The checks that a deployment's templates fail, each once, in order. */
  async function failedChecks(settings: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
    const folder = synthesise(settings).assembly.directory;
    const templates = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
    expect(templates.length).toBeGreaterThan(2);
    const files = templates.map((name) => join(folder, name));
    const cfnLint = await runCommand(interpreter, ['-c', CFN_LINT, '--format', 'json', ...files]);
    const lint = cfnLintReport.parse(JSON.parse(cfnLint.stdout));
    expect(lint.filter(({ Level }) => Level === 'Error')).toEqual([]);
    const quiet = ['--framework', 'cloudformation', '--compact', '--quiet', '--output', 'json'];
    const given = files.flatMap((file) => ['--file', file]);
    const checkov = await runCommand(interpreter, ['-m', 'checkov.main', ...quiet, ...given]);
    const { results } = checkovReport.parse(JSON.parse(checkov.stdout));
    return new Set([
      ...lint.map(({ Rule }) => Rule.Id),
      ...results.failed_checks.map(({ check_id }) => check_id),
    ]);
  }

  async function failedBy(all: readonly Readonly<Record<string, string>>[]): Promise<readonly string[]> {
    const failed = new Set<string>();
    for (const settings of all) for (const check of await failedChecks(settings)) failed.add(check);
    return [...failed].sort();
  }

  it(
    'follow every check of cfn-lint and checkov but those that the list argues',
    async () => {
      const argued = Object.keys({ ...NEVER_FOLLOWED, ...FOLLOWED_BY_CHOICE }).sort();
      expect(await failedBy(DEPLOYMENTS.usual)).toEqual(argued);
    },
    SETUP_MS,
  );

  it(
    'follow those too that are left to choice, when asked to',
    async () => {
      expect(await failedBy(DEPLOYMENTS.hardened)).toEqual(Object.keys(NEVER_FOLLOWED).sort());
    },
    SETUP_MS,
  );
});
