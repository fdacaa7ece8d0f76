/** A row of a table. */
export interface TableRow {
  /** Line of its end in a text file, or position in the table; counted from 1. */
  readonly number: number;
  /**
   * Cells by column. Text formats have strings, JSON and Parquet also numbers, booleans, null, bytes and
   * nested values. A column that the row lacks is absent.
   */
  readonly cells: ReadonlyMap<string, unknown>;
}

/** An open table file. Every call of `rows` reads the rows again, in constant memory. */
export interface Table {
  readonly path: string;
  /** Column names in order. For a file of JSON lines, the names in its first rows. */
  readonly columns: readonly string[];
  /** Class names of integer columns whose values number classes; empty if the format does not say. */
  readonly classNames: ReadonlyMap<string, readonly string[]>;
  /** Number of rows; undefined if the format does not say. */
  readonly rowCount: number | undefined;
  /**
   * Streams the rows in file order.
   *
   * @param columns Columns to read, all by default. Formats that store columns apart skip the others.
   * @throws DataError with file and row at the first malformed row.
   */
  rows(columns?: readonly string[]): AsyncIterable<TableRow>;
  /** Place of a row for messages, such as `reviews.csv:12`. */
  placeOf(row: TableRow): string;
}

/** A format of table files. To add one, add a file and a line in `table-registry.ts`. */
export interface TableFormat {
  readonly name: string;
  /** Extensions of its files, in lower case, each with its dot. */
  readonly extensions: readonly string[];
  /**
   * Opens a file and reads its column names.
   *
   * @throws DataError naming the file that cannot be read, is empty, or is of another format.
   */
  open(path: string): Promise<Table>;
}
