import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type LoraSettings, loraScaling } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { errorFunction } from './error-function.ts';

/** Numbers by tensor name, in double precision. */
export type Doubles = ReadonlyMap<string, Float64Array>;

/** One sequence's hidden states, a row for each of its real tokens. */
type Rows = readonly Float64Array[];

/**
 * Reference encoder in double precision, for comparison with the engines. It computes one sequence at a time
 * directly from the definition, without batches, padding or a matrix library.
 */
export class ReferenceEncoder {
  readonly #server: ModelPart;
  readonly #weights: Doubles;
  readonly #features: FeatureKind;
  readonly #scaling: number;

  constructor(server: ModelPart, features: FeatureKind, lora: LoraSettings) {
    this.#server = server;
    this.#weights = new Map([...server.tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
    this.#features = features;
    this.#scaling = loraScaling(lora);
  }

  /** Features of every sequence, [batch][hidden]. */
  features({ embeddings, lengths }: EmbeddedBatch, lora: Doubles): Rows {
    const [, tokens, hidden] = embeddings.shape;
    return Array.from(lengths, (length, sequence) => {
      const rows = Array.from({ length }, (_, token) => {
        const start = (sequence * tokens + token) * hidden;
        return Float64Array.from(embeddings.data.subarray(start, start + hidden));
      });
      return this.#sequence(rows, lora);
    });
  }

  #sequence(embedded: Rows, lora: Doubles): Float64Array {
    const { layout } = describeModel(this.#server.config);
    let x = embedded;
    for (const names of layout.layers) {
      const attend = (h: Rows): Rows => {
        const project = (name: string) => h.map((row) => this.#dense(name, row, lora));
        const context = this.#attention(project(names.query), project(names.key), project(names.value));
        return context.map((row) => this.#dense(names.attentionOutput, row, lora));
      };
      const feedForward = (h: Rows): Rows =>
        h.map((row) => this.#dense(names.output, this.#dense(names.intermediate, row, lora).map(gelu), lora));
      x = this.#residual(names.attentionNorm, x, attend);
      x = this.#residual(names.outputNorm, x, feedForward);
    }
    if (layout.finalNorm !== undefined) x = this.#norms(layout.finalNorm, x);
    switch (this.#features) {
      case 'first-token':
        return x[0];
      case 'pooled':
        return this.#dense(layout.pooler, x[0], lora).map(Math.tanh);
      case 'mean':
        return x[0].map((_, i) => x.reduce((sum, row) => sum + row[i], 0) / x.length);
    }
  }

  #residual(norm: string, x: Rows, part: (input: Rows) => Rows): Rows {
    const plus = (rows: Rows) => rows.map((row, token) => row.map((value, i) => value + x[token][i]));
    return describeModel(this.#server.config).layout.normPlacement === 'after'
      ? this.#norms(norm, plus(part(x)))
      : plus(part(this.#norms(norm, x)));
  }

  #norms(name: string, rows: Rows): Rows {
    const weight = this.#weight(`${name}.weight`);
    const bias = this.#weight(`${name}.bias`);
    return rows.map((row) => {
      const mean = average(row);
      const variance = average(row.map((value) => (value - mean) ** 2));
      const scale = 1 / Math.sqrt(variance + this.#server.config.layerNormEpsilon);
      return row.map((value, i) => (value - mean) * scale * weight[i] + bias[i]);
    });
  }

  #attention(query: Rows, key: Rows, value: Rows): Rows {
    const { hiddenSize, headCount } = this.#server.config;
    const width = hiddenSize / headCount;
    return query.map((q) => {
      const context = new Float64Array(hiddenSize);
      for (let head = 0; head < headCount; head++) {
        const [from, to] = [head * width, (head + 1) * width];
        const scores = key.map((k) => product(q.subarray(from, to), k.subarray(from, to)) / Math.sqrt(width));
        const largest = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - largest));
        const sum = powers.reduce((total, power) => total + power, 0);
        for (const [token, power] of powers.entries()) {
          for (let i = from; i < to; i++) context[i] += (power / sum) * value[token][i];
        }
      }
      return context;
    });
  }

  #dense(name: string, input: Float64Array, lora: Doubles): Float64Array {
    const output = multiply(this.#weight(`${name}.weight`), input);
    const bias = this.#weight(`${name}.bias`);
    const a = lora.get(`${name}.lora_A.weight`);
    const b = lora.get(`${name}.lora_B.weight`);
    const low = a === undefined || b === undefined ? undefined : multiply(b, multiply(a, input));
    return output.map((value, i) => value + bias[i] + this.#scaling * (low?.[i] ?? 0));
  }

  #weight(name: string): Float64Array {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new TypeError(`the reference lacks ${name}`);
    return weight;
  }
}

function gelu(x: number): number {
  return (x * (1 + errorFunction(x / Math.SQRT2))) / 2;
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function product(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, i) => sum + value * right[i], 0);
}

/** A matrix [rows, vector length] times a vector. */
function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  return Float64Array.from({ length: matrix.length / vector.length }, (_, row) =>
    product(matrix.subarray(row * vector.length, (row + 1) * vector.length), vector),
  );
}
