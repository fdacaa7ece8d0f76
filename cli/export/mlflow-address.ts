import { basicAuthorization, httpAddress } from '#export/http-address.ts';
import type { MlflowAddress } from '#export/mlflow/mlflow-client.ts';
import type { Environment } from '#shared/environment.ts';

const DEFAULT_EXPERIMENT = 'airtune';

/**
 * The tracking server that an option or the environment names, with MLflow's own variables for credentials.
 *
 * @param given The option's value; true where it has none.
 * @throws ConfigError if none is named, or it is not an http(s) address.
 */
export function mlflowAddress(given: string | true, environment: Environment): MlflowAddress {
  const text = given === true ? environment.MLFLOW_TRACKING_URI : given;
  const { url, authorization } = httpAddress(text, {
    subject: given === true ? 'MLFLOW_TRACKING_URI' : '--mlflow',
    message: text === undefined ? 'is not set.' : 'is not the address of a tracking server.',
    remedy: 'Give it as http://HOST:PORT, as in --mlflow http://127.0.0.1:5000.',
  });
  return { url, authorization: authorizationOf(authorization, environment) };
}

/** The experiment that runs are stored under. */
export function mlflowExperiment(environment: Environment): string {
  return environment.MLFLOW_EXPERIMENT_NAME || DEFAULT_EXPERIMENT;
}

/** MLflow's token goes before a user name in the address, and that before MLflow's user name. */
function authorizationOf(inAddress: string | undefined, environment: Environment): string | undefined {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: name,
    MLFLOW_TRACKING_PASSWORD: password,
  } = environment;
  if (token) return `Bearer ${token}`;
  return inAddress ?? (name ? basicAuthorization(name, password ?? '') : undefined);
}
