/**
 * Perplexity of causal runs beside plain PyTorch's with the same scheme, on synthetic texts and small models
 * with random weights:
 *
 *     node bench/language/learning.ts [--seeds 1,2,3] [--rounds 80] [--engine auto]
 *
 * PyTorch runs twice: with the run's own initial LoRA and mini-batches, and with draws of its own, which show
 * how much depends on them. Needs torch, transformers, peft and tokenizers in the Python of AIRTUNE_PYTHON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { type CausalScheme, causalSettings, pytorchArguments, writeDraws } from './causal-scheme.ts';

const ROOT = join(import.meta.dirname, '../..');
const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    rounds: { type: 'string', default: '80' },
    engine: { type: 'string', default: 'auto' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'airtune-language-'));
const python = (script: string, ...args: readonly string[]): string =>
  execFileSync(PYTHON, [join(ROOT, 'bench/language', script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** Perplexity of the test after the last round. */
function runAirtune(scheme: CausalScheme, draws: string): number {
  const settings = join(draws, 'settings.json');
  writeFileSync(settings, JSON.stringify(causalSettings(scheme)));
  const out = join(draws, 'out');
  const args = ['run', '--config', settings, '--engine', values.engine, '--out', out, '--quiet'];
  execFileSync(process.execPath, [join(ROOT, 'cli/airtune.ts'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { evaluations }: RunResult = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  return evaluations.at(-1)?.language?.perplexity ?? Number.NaN;
}

console.log(python('synthetic.py', folder).trim());
for (const kind of ['gpt2', 'llama']) {
  for (const seed of values.seeds.split(',')) {
    const scheme: CausalScheme = {
      model: join(folder, kind),
      texts: join(folder, 'texts'),
      rounds: Number(values.rounds),
      seed: Number(seed),
    };
    const draws = join(folder, `${kind}-${seed}`);
    await writeDraws(scheme, draws);
    const own = runAirtune(scheme, draws);
    const args = pytorchArguments(scheme);
    const same = JSON.parse(python('causal_pytorch.py', ...args, '--draws', draws));
    const other = JSON.parse(python('causal_pytorch.py', ...args));
    console.log(
      `${kind}, seed ${seed}: perplexity ${same.before.toFixed(1)} before; airtune ${own.toFixed(3)}; PyTorch ` +
        `${same.after.toFixed(3)}, ratio ${(own / same.after).toFixed(4)}; with its own draws ${other.after.toFixed(3)}`,
    );
  }
}
