import { fileURLToPath } from 'node:url';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';

export interface Preset {
  readonly description: string;
  readonly settings: RawSettings;
}

const quickstart = (part: string): string =>
  fileURLToPath(new URL(`../../quickstart/${part}`, import.meta.url));

/** Presets of a run, by name. Numbers that the paper's text lacks are marked as assumptions. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  quickstart: {
    description:
      'a synthetic task and a small model that was trained on it: a complete run in seconds, no download',
    settings: {
      model: { directory: quickstart('model') },
      data: { task: 'sst2', directory: quickstart('data'), maxTokens: 32 },
      server: { optimizer: { kind: 'adamw', learningRate: 5e-3 } },
      training: { devices: 20, rounds: 40, batchSize: 16 },
      // Without debt the budget is kept after every round.
      scheduling: { debt: 0 },
    },
  },
  images: {
    description:
      'CIFAR-10 and a ViT, which has no trained pooler: features of the class token, LoRA on query and value',
    settings: {
      data: { task: 'cifar10' },
      model: { features: 'first-token' },
      lora: { targets: ['query', 'value'] },
      server: { optimizer: { kind: 'adamw', learningRate: 0.001 } },
      head: { learningRate: 0.02 },
    },
  },
  'all-devices': {
    description:
      'every device in every round, the best split of the band: an upper reference for comparisons',
    settings: { scheduling: { policy: 'all-in' } },
  },
  'uneven-labels': {
    description: 'labels distributed over the devices by a Dirichlet distribution with concentration 0.5',
    settings: { data: { partition: { kind: 'dirichlet', alpha: 0.5 } } },
  },
  'paper-rule': {
    description:
      "the paper's plain SGD on the server; its step size is an assumption, because the text lost it",
    settings: {
      server: { optimizer: { kind: 'sgd', learningRate: 0.3 } },
      head: { learningRate: 0.3 },
      model: { features: 'first-token' },
      lora: { targets: ['query', 'key', 'value'] },
    },
  },
};

/** Finds a preset by name. @throws ConfigError naming the nearest preset if the name is unknown. */
export function findPreset(name: string): Preset {
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (preset !== undefined) return preset;
  const names = Object.keys(PRESETS);
  const nearest = nearestName(name, names);
  throw new ConfigError(`there is no preset ${JSON.stringify(name)}.`, {
    subject: '--preset',
    remedy: nearest === undefined ? `Use one of ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
