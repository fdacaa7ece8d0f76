/** Input and output of a command: the process's streams, or a test's. */
export interface CommandStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

export interface TextSink {
  readonly isTTY?: boolean;
  /** Width of the terminal; undefined for other streams. */
  readonly columns?: number;
  write(text: string): unknown;
}
