import fc from 'fast-check';
import * as z from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Longest list that is drawn; schemas allow longer ones. */
const LONGEST_LIST = 4;

/**
 * Arbitrary settings of every form that a schema allows. Numbers lie between their bounds or on them;
 * optional settings are present or absent. Rules between several settings are ignored, so some drawn settings
 * do not parse.
 */
export function settingsArbitrary(schema: z.ZodType): fc.Arbitrary<unknown> {
  return arbitraryOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map(part));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, value]) => [name, part(value)]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    case 'array':
      return schema.prefixItems === undefined
        ? fc.array(items(schema), { minLength: schema.minItems ?? 0, maxLength: LONGEST_LIST })
        : fc.tuple(...schema.prefixItems.map(part));
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'string':
      // A text of a certain form says examples of it.
      if (Array.isArray(schema.examples)) return fc.constantFrom(...schema.examples);
      return fc.string({ minLength: schema.minLength ?? 0, maxLength: 8 });
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

function part(schema: z.core.JSONSchema._JSONSchema): fc.Arbitrary<unknown> {
  if (typeof schema === 'object') return arbitraryOf(schema);
  throw new Error(`not a schema: ${String(schema)}`);
}

function items({ items }: JsonSchema): fc.Arbitrary<unknown> {
  if (items === undefined || Array.isArray(items))
    throw new Error('a list of one kind of entries is expected');
  return part(items);
}

function numbers(schema: JsonSchema): fc.Arbitrary<number> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const least = numberOf(minimum ?? exclusiveMinimum, -Number.MAX_VALUE);
  const most = numberOf(maximum ?? exclusiveMaximum, Number.MAX_VALUE);
  if (schema.type === 'integer') {
    const min = Math.max(least + (minimum === undefined ? 1 : 0), Number.MIN_SAFE_INTEGER);
    const max = Math.min(most - (maximum === undefined ? 1 : 0), Number.MAX_SAFE_INTEGER);
    return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
  }
  const between = fc.double({
    min: least,
    max: most,
    minExcluded: minimum === undefined && exclusiveMinimum !== undefined,
    maxExcluded: maximum === undefined && exclusiveMaximum !== undefined,
    noNaN: true,
  });
  const ends = [minimum, maximum].filter((end) => typeof end === 'number');
  return ends.length === 0 ? between : fc.oneof(between, fc.constantFrom(...ends));
}

function numberOf(bound: unknown, otherwise: number): number {
  return typeof bound === 'number' ? bound : otherwise;
}
