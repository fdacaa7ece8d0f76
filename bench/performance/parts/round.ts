import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomMiniBatch, randomServer, randomValues, requireCase } from '#bench/encoder/cases.ts';
import { requireSst2 } from '#bench/learning/sst2-run.ts';
import { median } from '#bench/median.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';
import { ROOT } from '#bench/performance/measured-process.ts';
import { timedRun } from '#bench/performance/timed-run.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';

/** LoRA of the runs, without the pooler. */
const LORA = { rank: 8, alpha: 16, targets: ['query', 'key', 'value'] };

/** Padded length of the step that a round is compared with. */
const STEP_TOKENS = 64;

const STEPS = 5;

interface RoundCase {
  readonly name: string;
  readonly model: 'minilm' | 'bert-base';
  readonly devices: number;
  readonly rounds: number;
  /** How often the run and the step are measured, one after the other. */
  readonly turns: number;
  readonly mostRatio: number;
}

const CASES: readonly RoundCase[] = [
  { name: 'MiniLM', model: 'minilm', devices: 10, rounds: 14, turns: 5, mostRatio: 1.4 },
  { name: 'MiniLM', model: 'minilm', devices: 50, rounds: 6, turns: 2, mostRatio: 1.4 },
  { name: 'BERT-base', model: 'bert-base', devices: 10, rounds: 6, turns: 1, mostRatio: 1.25 },
];

/**
 * A warm round of a whole run beside one step of the engine on as many tokens: the least that the arithmetic
 * of the round needs. The step's batch is padded to its own length, so it computes no padding.
 */
export async function measureRound(): Promise<Measured> {
  const figures: Figure[] = [];
  const lines: string[] = [];
  for (const { name, model, devices, rounds, turns, mostRatio } of CASES) {
    const figure = await withModel(model, async (directory) => {
      const sources = { ...requireSst2(), model: directory };
      const measured = [];
      for (let turn = 0; turn < turns; turn++) {
        const run = await timedRun(sources, devices, rounds);
        measured.push({ ...run, ...(await stepSeconds(model, run.roundTokens)) });
      }
      const [{ roundTokens }] = measured;
      const task = `${name}, ${devices} devices, ${roundTokens.toFixed(0)} tokens`;
      const inProcessor = median(measured.map((turn) => turn.roundProcessorSeconds / turn.processor));
      lines.push(`${task}: in processor time of all threads the ratio is ${inProcessor.toFixed(2)}.`);
      return {
        task,
        value: median(measured.map(({ roundSeconds }) => roundSeconds)),
        unit: 's',
        peer: { name: 'one padded step', value: median(measured.map(({ step }) => step)) },
        ratio: median(measured.map(({ roundSeconds, step }) => roundSeconds / step)),
        target: { bound: 'at most', value: mostRatio },
      } as const;
    });
    if (figure === undefined) lines.push(`${name} is absent: AIRTUNE_PYTHON has no transformers.`);
    else figures.push(figure);
  }
  return { figures, lines };
}

/** Runs a task with the folder of a model; undefined if the model cannot be made here. */
async function withModel<T>(
  model: RoundCase['model'],
  task: (directory: string) => Promise<T>,
): Promise<T | undefined> {
  const { model: minilm } = requireSst2();
  if (model === 'minilm') return task(minilm);
  const folder = mkdtempSync(join(tmpdir(), 'airtune-bert-base-'));
  try {
    const script = join(ROOT, 'bench/performance/bert_base.py');
    spawnSync(process.env.AIRTUNE_PYTHON ?? 'python3', [script, minilm, folder]);
    return existsSync(join(folder, 'config.json')) ? await task(folder) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Median time and processor time of a step of the engine on one padded mini-batch of about this many tokens.
 * [s]
 */
async function stepSeconds(caseName: string, tokens: number) {
  const { config } = requireCase(caseName);
  const batch = Math.round(tokens / STEP_TOKENS);
  const engine = await createOnnxEngine(randomServer(config), { features: 'first-token', lora: LORA });
  const lora = initialLora(config, LORA, 1);
  const miniBatch = randomMiniBatch({ config, batch, tokens: STEP_TOKENS });
  const gradient = randomValues([batch, config.hiddenSize], 2, 1);
  const seconds: number[] = [];
  const processorSeconds: number[] = [];
  for (let step = 0; step <= STEPS; step++) {
    const started = performance.now();
    const before = process.cpuUsage();
    const pass = await engine.forward(miniBatch, lora);
    await pass.backward(gradient);
    seconds.push((performance.now() - started) / 1000);
    const { user, system } = process.cpuUsage(before);
    processorSeconds.push((user + system) / 1e6);
    pass.release();
  }
  await engine.dispose();
  const scale = tokens / (batch * STEP_TOKENS);
  return {
    step: median(seconds.slice(1)) * scale,
    processor: median(processorSeconds.slice(1)) * scale,
  };
}
