import type { FileMetaData } from 'hyparquet';
import * as z from 'zod';

/** Metadata that Hugging Face's `datasets` writes into Parquet files. Only class labels are of use here. */
const metadataSchema = z.object({
  info: z.object({
    features: z.record(z.string(), z.unknown()),
  }),
});

const classLabelSchema = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()).min(1) });

/** Class names of the columns that Hugging Face's `datasets` marked as class labels. */
export function classNamesOf({ key_value_metadata }: FileMetaData): ReadonlyMap<string, readonly string[]> {
  const text = key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  const parsed = metadataSchema.safeParse(parsedJson(text));
  if (!parsed.success) return new Map();
  return new Map(
    Object.entries(parsed.data.info.features).flatMap(([column, feature]): [string, readonly string[]][] => {
      const label = classLabelSchema.safeParse(feature);
      return label.success ? [[column, label.data.names]] : [];
    }),
  );
}

function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
