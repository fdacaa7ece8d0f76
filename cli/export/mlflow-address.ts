import type { MlflowAddress } from '#export/mlflow/mlflow-client.ts';
import { ConfigError } from '#shared/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_EXPERIMENT = 'airtune';

/**
 * The tracking server that an option or the environment names, with MLflow's own variables for credentials.
 *
 * @param given The option's value; true where it has none.
 * @throws ConfigError if none is named, or it is not an http(s) address.
 */
export function mlflowAddress(given: string | true, environment: Environment): MlflowAddress {
  const text = given === true ? environment.MLFLOW_TRACKING_URI : given;
  const subject = given === true ? 'MLFLOW_TRACKING_URI' : '--mlflow';
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(text === undefined ? 'is not set.' : 'is not the address of a tracking server.', {
      subject,
      remedy: 'Give it as http://HOST:PORT, as in --mlflow http://127.0.0.1:5000.',
    });
  }
  const authorization = authorizationOf(url, environment);
  url.username = '';
  url.password = '';
  return { url: url.href.replace(/\/+$/, ''), authorization };
}

/** The experiment that runs are stored under. */
export function mlflowExperiment(environment: Environment): string {
  return environment.MLFLOW_EXPERIMENT_NAME || DEFAULT_EXPERIMENT;
}

function authorizationOf(url: URL, environment: Environment): string | undefined {
  if (environment.MLFLOW_TRACKING_TOKEN) return `Bearer ${environment.MLFLOW_TRACKING_TOKEN}`;
  const name = decodeURIComponent(url.username) || environment.MLFLOW_TRACKING_USERNAME;
  if (!name) return undefined;
  const password = decodeURIComponent(url.password) || (environment.MLFLOW_TRACKING_PASSWORD ?? '');
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
