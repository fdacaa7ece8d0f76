import { printable } from './printable.ts';

/** Kinds of errors, by cause. Each kind has its own exit code for scripts. */
export const ERROR_KINDS = [
  'config',
  'data',
  'model',
  'infeasible',
  'protocol',
  'service',
  'output',
  'diverged',
  'incomplete',
  'plugin',
  'interrupted',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Exit code of the process for each kind of error. 1 is used for internal errors of airtune. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  config: 2,
  data: 3,
  model: 4,
  infeasible: 5,
  protocol: 6,
  service: 7,
  output: 8,
  diverged: 9,
  incomplete: 10,
  plugin: 11,
  interrupted: 130,
};

export interface ErrorDetails {
  /** The subject of the error: a file and line, a key, a tensor's name, an address. */
  readonly subject?: string;
  /** The remedy, as an imperative sentence. */
  readonly remedy?: string;
  /** The underlying error, shown with `--verbose`. */
  readonly cause?: unknown;
}

/** An error with a text for users: one line with the subject, the message and the remedy. */
export class AirtuneError extends Error {
  readonly kind: ErrorKind;
  readonly subject: string | undefined;
  readonly remedy: string | undefined;
  /** True if the same call may succeed later without any change. */
  readonly retryable: boolean;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}, retryable = false) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    // Not the name of the class, which a minified bundle changes.
    this.name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Error`;
    this.kind = kind;
    this.subject = details.subject;
    this.remedy = details.remedy;
    this.retryable = retryable;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }

  /** The line that users see, without line breaks and other control characters. */
  get line(): string {
    const subject = this.subject === undefined ? '' : `${this.subject}: `;
    const remedy = this.remedy === undefined ? '' : ` ${this.remedy}`;
    return printable(`${subject}${this.message}${remedy}`);
  }
}

/** A setting, option or combination of them that cannot be used. */
export class ConfigError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('config', message, details);
  }
}

/** A data set's file or row that cannot be read in the expected format. */
export class DataError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('data', message, details);
  }
}

/** A model directory, checkpoint or tensor that is missing, truncated, of the wrong shape or not finite. */
export class ModelError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('model', message, details);
  }
}

/**
 * A valid problem without a solution: a device that no bandwidth can serve, a budget that no device meets.
 */
export class InfeasibleError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('infeasible', message, details);
  }
}

/** A message or stored object that breaks the protocol between the functions. */
export class ProtocolError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('protocol', message, details);
  }
}

/** A failed or unexpected response of a queue, object store or endpoint. */
export class ServiceError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails & { readonly retryable?: boolean }) {
    super('service', message, details, details?.retryable ?? false);
  }
}

/** A file of the output folder that cannot be written: disk full, no permission, or it exists. */
export class OutputError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('output', message, details);
  }
}

/** The parameters whose steps are too large when a training diverges. */
export type DivergedPart = 'lora' | 'head';

/** Training with a loss, gradient or parameter that is not finite. */
export class DivergedError extends AirtuneError {
  /** Undefined if the values do not tell. */
  readonly part: DivergedPart | undefined;

  constructor(message: string, details?: ErrorDetails & { readonly part?: DivergedPart | undefined }) {
    super('diverged', message, details);
    this.part = details?.part;
  }
}

/** A plug-in that cannot be loaded, fails, exceeds its time limit or returns a value that cannot be used. */
export class PluginError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('plugin', message, details);
  }
}

/** Some runs of an experiment failed; the others are finished and their results are written. */
export class IncompleteError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('incomplete', message, details);
  }
}

/** The user stopped the command (Ctrl-C); finished work is saved. */
export class InterruptedError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('interrupted', message, details);
  }
}
