import type * as z from 'zod';
import { DivergedError, type DivergedPart } from '#shared/errors.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '#shared/model/checkpoint.ts';
import { firstNotFinite } from '#shared/model/first-not-finite.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { type Answer, answerSchema } from './records.ts';
import { decodeJson, encodeJson } from './stored-json.ts';

/**
 * Converts one kind of record to bytes and back. `encode` refuses every value that `decode` would not return
 * unchanged.
 */
export interface RecordFormat<Value> {
  /** @throws AirtuneError naming the object and the invalid field or tensor. */
  encode(value: Value, key: string): Uint8Array;
  /** @throws AirtuneError naming the object when the bytes are not a valid record of this kind. */
  decode(bytes: Uint8Array, key: string): Value;
}

/**
 * A record as one line of JSON. NaN, infinities and array holes are refused, because JSON would turn them
 * into null.
 */
export function jsonFormat<Value>(schema: z.ZodType<Value>): RecordFormat<Value> {
  return {
    encode: (value, key) => encodeJson(schema, value, key),
    decode: (bytes, key) => decodeJson(schema, bytes, key),
  };
}

/** A head as a safetensors file. Encoding throws a DivergedError when a value is not finite. */
export const headFormat: RecordFormat<NamedTensors> = {
  encode: (tensors, key) => writeSafetensors(requireAllFinite(tensors, key, 'head')),
  decode: (bytes, key) => floatTensors(readSafetensors(bytes, `object ${key}`).tensors, `object ${key}`),
};

/**
 * LoRA and optimiser state as a safetensors file. Encoding throws a DivergedError when a value is not finite:
 * because of steps of LoRA that are too large, or of gradients from heads that are.
 */
export const checkpointFormat: RecordFormat<Checkpoint> = {
  encode(checkpoint, key) {
    requireAllFinite(checkpoint.lora, key);
    requireAllFinite(checkpoint.optimizerState, key);
    return writeCheckpoint(checkpoint);
  },
  decode: (bytes, key) => readCheckpoint(bytes, `object ${key}`),
};

/** A device's answer of a round and its LoRA gradient. */
export interface AnswerWithGradient {
  readonly answer: Answer;
  readonly loraGradient: NamedTensors;
}

/** The LoRA gradient as a safetensors file with the answer as JSON in its metadata. */
export const answerFormat: RecordFormat<AnswerWithGradient> = {
  encode({ answer, loraGradient }, key) {
    const json = new TextDecoder().decode(encodeJson(answerSchema, answer, key)).trimEnd();
    return writeSafetensors(requireAllFinite(loraGradient, key), { answer: json });
  },
  decode(bytes, key) {
    const { tensors, metadata } = readSafetensors(bytes, `object ${key}`);
    return {
      answer: decodeJson(answerSchema, new TextEncoder().encode(metadata.answer), key),
      loraGradient: floatTensors(tensors, `object ${key}`),
    };
  },
};

function requireAllFinite(tensors: NamedTensors, key: string, part?: DivergedPart): NamedTensors {
  for (const [name, { data }] of tensors) {
    if (firstNotFinite(data) < 0) continue;
    throw new DivergedError(`was not stored: tensor ${name} holds values that are not finite.`, {
      subject: `object ${key}`,
      part,
    });
  }
  return tensors;
}
