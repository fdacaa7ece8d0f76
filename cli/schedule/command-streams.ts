/** Where a command reads and writes: the process's own streams, or a test's. */
export interface CommandStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

export interface TextSink {
  write(text: string): unknown;
}
