import { randomStream } from '#shared/random/random-stream.ts';
import { modelFiles } from './tiny-bert.ts';
import { TINY_VIT, tinyViTJson, tinyViTTensors } from './tiny-vit.ts';

/**
 * Images in CIFAR-10's layout: one label byte and 3x32x32 grey levels each. The label follows from the
 * brightness.
 */
function cifar10File(images: number, seed: number): Uint8Array {
  const random = randomStream(seed, 'dataset');
  const records = Array.from({ length: images }, () => {
    const label = random.integer(10);
    return [label, ...Array.from({ length: 3 * 32 * 32 }, () => 20 * label + random.integer(60))];
  });
  return Uint8Array.from(records.flat());
}

/** Files of a ViT with random weights and no pooler, and of images to train it on. */
export function tinyViTAndImages(): Readonly<Record<string, string | Uint8Array>> {
  return {
    ...modelFiles(tinyViTTensors(TINY_VIT, false), tinyViTJson()),
    'preprocessor_config.json': JSON.stringify({ size: TINY_VIT.imageSize, resample: 2 }),
    'data_batch_1.bin': cifar10File(60, 3),
    'test_batch.bin': cifar10File(20, 4),
  };
}

/** The same settings as options of `airtune run`. */
export function tinyImageArguments(folder: string): readonly string[] {
  return [
    ...['--model', folder, '--data', folder, '--task', 'cifar10', '--devices', '3', '--rounds', '3'],
    ...['--batch-size', '2', '--lora-rank', '2', '--seed', '11', '--engine', 'tfjs', '--policy', 'all-in'],
    ...['--set', 'model.features=first-token', '--set', 'lora.targets=[query, value]'],
  ];
}
