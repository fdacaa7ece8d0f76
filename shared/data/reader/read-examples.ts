import { PluginError } from '#shared/errors.ts';
import type { HostedPlugin } from '#shared/plugins/plugin-host.ts';
import { isReturnedRecord, returnedText } from '#shared/plugins/returned-numbers.ts';
import { readRows } from '#shared/plugins/returned-rows.ts';
import type { ReaderInput } from './define-reader.ts';

/** An example of a reader plug-in. Its fields are not checked. */
export interface ReadExample {
  readonly fields: Readonly<Record<string, unknown>>;
  /** @throws PluginError about this example, with the reader and the place in its data */
  readonly fail: (message: string, remedy?: string) => never;
}

/**
 * The examples of a reader plug-in, in their order.
 *
 * @throws PluginError naming the plug-in and the example
 */
export async function* readExamples(
  { record, subject, call }: HostedPlugin,
  input: ReaderInput,
): AsyncGenerator<ReadExample> {
  let count = 0;
  const ask = () => call([input, record.settings], `after example ${count}`);
  for await (const row of readRows(ask, subject)) {
    count++;
    const place = isReturnedRecord(row) && typeof row.source === 'string' ? ` (${row.source})` : '';
    const fail = (message: string, remedy?: string): never => {
      throw new PluginError(message, {
        subject: `${subject}, example ${count}${place}`,
        ...(remedy === undefined ? {} : { remedy }),
      });
    };
    if (!isReturnedRecord(row)) return fail(`is ${returnedText(row)}.`, 'Yield objects.');
    yield { fields: row, fail };
  }
}
