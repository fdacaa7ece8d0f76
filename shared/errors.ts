/** What went wrong, by cause. Each kind has one exit code, so a script can tell them apart. */
export const ERROR_KINDS = [
  'config',
  'data',
  'model',
  'infeasible',
  'protocol',
  'service',
  'output',
  'diverged',
  'interrupted',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Process exit status of each kind of error; 1 is left for a defect in airtune itself. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  config: 2,
  data: 3,
  model: 4,
  infeasible: 5,
  protocol: 6,
  service: 7,
  output: 8,
  diverged: 9,
  interrupted: 130,
};

export interface ErrorDetails {
  /** The offending thing: a file and line, a key, a tensor's name, an address. */
  readonly subject?: string;
  /** What to do about it, as an imperative sentence. */
  readonly remedy?: string;
  /** The error underneath, kept for `--verbose`. */
  readonly cause?: unknown;
}

/** An error a person can act on: one clear line that names the thing, and the remedy. */
export class AirtuneError extends Error {
  readonly kind: ErrorKind;
  readonly subject: string | undefined;
  readonly remedy: string | undefined;
  /** True when the same call may succeed later without anything being changed. */
  readonly retryable: boolean;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}, retryable = false) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    // Not the class's own name, which a minified bundle does not keep.
    this.name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Error`;
    this.kind = kind;
    this.subject = details.subject;
    this.remedy = details.remedy;
    this.retryable = retryable;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }

  /** The single line shown to a person. */
  get line(): string {
    const subject = this.subject === undefined ? '' : `${this.subject}: `;
    const remedy = this.remedy === undefined ? '' : ` ${this.remedy}`;
    return `${subject}${this.message}${remedy}`;
  }
}

/** A setting, option or combination of them that cannot be used. */
export class ConfigError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('config', message, details);
  }
}

/** A data set file or row that cannot be read as what it should be. */
export class DataError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('data', message, details);
  }
}

/** A model directory, checkpoint or tensor that is missing, truncated, misshapen or not finite. */
export class ModelError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('model', message, details);
  }
}

/** A well-formed problem that has no solution: a device no bandwidth can serve, a budget no device meets. */
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

/** A queue, object store or endpoint that did not answer as it should. */
export class ServiceError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails & { readonly retryable?: boolean }) {
    super('service', message, details, details?.retryable ?? false);
  }
}

/** A file of the output folder that cannot be written (disk full, no permission, already there). */
export class OutputError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('output', message, details);
  }
}

/** Training whose numbers grew beyond what can be computed with: a loss, gradient or parameter that is not finite. */
export class DivergedError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('diverged', message, details);
  }
}

/** The person asked to stop (Ctrl-C); what is complete has been kept. */
export class InterruptedError extends AirtuneError {
  constructor(message: string, details?: ErrorDetails) {
    super('interrupted', message, details);
  }
}
