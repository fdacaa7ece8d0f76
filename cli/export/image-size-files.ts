import { isCenterCropped, resizedAtImageSize } from '#shared/model/families/parts/pixel-settings.ts';
import { parseModelJson } from '#shared/model/hugging-face/read-model-file.ts';

/**
 * A vision model's config.json with another image size. The text is changed, not written anew: transformers
 * refuses `2` where a number such as `2.0` was, which are the same to JSON.parse.
 */
export function configTextAtImageSize(text: string, imageSize: number): string {
  return withSides(text, 'image_size', () => imageSize) ?? withEntry(text, 'image_size', String(imageSize));
}

/**
 * A vision model's preprocessor_config.json for another image size: sides of the crop become the image size,
 * sides before the crop change in proportion.
 *
 * @param model Family and own image size of the model.
 * @param subject Name of the file in errors.
 * @throws ModelError when the file is not one that fits a model of this family
 */
export function preprocessorTextAtImageSize(
  text: string,
  model: { readonly family: string; readonly imageSize: number },
  imageSize: number,
  subject: string,
): string {
  const value = parseModelJson(new TextEncoder().encode(text), subject);
  const sideOf = (side: number) => resizedAtImageSize(side, model.imageSize, imageSize);
  const resized = withSides(text, 'size', sideOf) ?? text;
  const cropped = withSides(resized, 'crop_size', () => imageSize);
  if (cropped !== undefined) return cropped;
  if (!isCenterCropped(value, model.family, subject)) return resized;
  // The processor would crop to the image size of its class.
  return withEntry(resized, 'crop_size', `{ "height": ${imageSize}, "width": ${imageSize} }`);
}

/**
 * Replaces the numbers in the entry of this name, which is a number or a flat object. Undefined if there is
 * no such entry.
 */
function withSides(text: string, name: string, sideOf: (side: number) => number): string | undefined {
  const entry = new RegExp(`("${name}"\\s*:\\s*)(\\d+(?:\\.0+)?|\\{[^{}]*\\})`);
  if (!entry.test(text)) return undefined;
  return text.replace(
    entry,
    (_, start: string, value: string) =>
      `${start}${value.replaceAll(/\d+(?:\.0+)?/g, (side) => String(sideOf(Number(side))))}`,
  );
}

/** Adds an entry to a JSON object, in place of one that is null. */
function withEntry(text: string, name: string, value: string): string {
  const empty = new RegExp(`("${name}"\\s*:\\s*)null`);
  if (empty.test(text)) return text.replace(empty, `$1${value}`);
  return text.replace('{', `{\n  "${name}": ${value},`);
}
