import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imagePixels } from '#shared/model/families/parts/image-pixels.ts';
import { resizeImage } from '#shared/model/families/parts/resize-image.ts';
import { vitConfigSchema } from '#shared/model/families/vit/vit-config.ts';
import { headPass } from '#shared/model/head/head-pass.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import { splitModel } from '#shared/model/split-model.ts';
import type { MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { embedImages } from '#test/support/embed.ts';
import { firstTokens, GoldenTensors, goldenAdapter } from '#test/support/golden-model.ts';
import { dataFolder, goldenFolder } from '#test/support/reference-data.ts';
import { expectTensor, expectTensors } from '#test/support/relative-error.ts';

const golden = goldenFolder();
const data = dataFolder();
const folder = join(golden ?? '', 'vit-tiny');

function goldenTensors(): GoldenTensors {
  return new GoldenTensors(join(folder, 'golden.safetensors'));
}

async function vitTiny() {
  const model = await readModelDirectory(join(data ?? '', 'models/vit-tiny-patch16-224'));
  const parts = splitModel(model);
  return { ...parts, config: vitConfigSchema('vit').parse(model.config) };
}

/** Claims that the device prepares and embeds images as transformers does. */
export function describeImages(): void {
  describe.skipIf(golden === undefined || data === undefined)('images against transformers', () => {
    it('prepares images of the very grey levels of PIL', () => {
      const { shape, pixels } = goldenTensors().images('input.image_u8');
      const reference = goldenTensors().images('input.resized_u8');
      const [images, channels, height, width] = shape;
      const stride = channels * height * width;
      let worst = 0;
      for (let image = 0; image < images; image++) {
        const source = pixels.subarray(image * stride, (image + 1) * stride);
        const resized = resizeImage(source, { channels, height, width }, reference.shape[2], 'bilinear');
        resized.forEach((level, i) => {
          worst = Math.max(worst, Math.abs(level - reference.pixels[image * resized.length + i]));
        });
      }
      expect(worst).toBe(0);
    });

    it('normalises and embeds CIFAR-10 images', async () => {
      const { config, device } = await vitTiny();
      const images = goldenTensors().images('input.image_u8');
      const reference = goldenTensors();
      expectTensor('pixel values', imagePixels(config, images), reference.float('input.pixel_values'), 1e-6);
      const { embeddings, lengths } = embedImages(device, images);
      expectTensor('embedding output', embeddings, reference.float('embedding.output'));
      expect([...lengths]).toEqual([197, 197]);
    });
  });
}

/** Claims that an engine, with the device's modules around it, computes what PyTorch computed. */
export function describeViTAgainstPytorch(name: string, makeEngine: MakeEngine): void {
  describe.skipIf(golden === undefined || data === undefined)(`${name} against PyTorch, to 1e-4`, () => {
    it('takes one step of ViT-Tiny on CIFAR-10 images', async () => {
      const { config, device, server } = await vitTiny();
      const reference = goldenTensors();
      const adapter = goldenAdapter(folder, config);
      const lora = reference.lora('lora.before.');
      const engine = await makeEngine(server, { features: 'first-token', lora: adapter.settings });
      const batch = embedImages(device, goldenTensors().images('input.image_u8'));

      const pass = await engine.forward(batch, lora);
      expectTensor('features', pass.features, firstTokens(reference.float('features')));
      expectTensor('inferred features', await engine.infer(batch, lora), pass.features, 0);

      const step = headPass(reference.head('head.'), pass.features, reference.integers('input.labels'));
      expect(Math.abs(step.loss - reference.float('loss').data[0])).toBeLessThanOrEqual(1e-4 * step.loss);
      const gradients = await pass.backward(step.featureGradient);
      pass.release();
      expectTensors(gradients, reference.lora('lora.grad.'));
      const updated = optimizerStep({ kind: 'sgd', learningRate: 0.1 }, lora, gradients, new Map());
      expectTensors(updated.parameters, reference.lora('lora.after.'));
      await engine.dispose();
    });
  });
}
