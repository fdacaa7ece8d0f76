/**
 * Names of an emulator's resources by kind: all kinds that a deployment creates and that cost money on AWS.
 */
export type Inventory = Readonly<Record<string, readonly string[]>>;

interface Listing {
  /** Service name in the request's signature, by which an emulator selects the service. */
  readonly service: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Matches the names in the response. */
  readonly name: RegExp;
}

const rest = (service: string, path: string, name: RegExp): Listing => ({ service, path, name });
const json = (service: string, action: string, version: string, name: RegExp): Listing => ({
  service,
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': action },
  body: '{}',
  name,
});
const form = (service: string, action: string, version: string, name: RegExp): Listing => ({
  service,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: `Action=${action}&Version=${version}`,
  name,
});

const LISTINGS: Readonly<Record<string, Listing>> = {
  queues: json('sqs', 'AmazonSQS.ListQueues', '1.0', /"(http[^"]+)"/g),
  buckets: rest('s3', '/', /<Name>([^<]+)<\/Name>/g),
  functions: rest('lambda', '/2015-03-31/functions/', /"FunctionName": ?"([^"]+)"/g),
  eventSourceMappings: rest('lambda', '/2015-03-31/event-source-mappings/', /"UUID": ?"([^"]+)"/g),
  logGroups: json('logs', 'Logs_20140328.DescribeLogGroups', '1.1', /"logGroupName": ?"([^"]+)"/g),
  alarms: form('monitoring', 'DescribeAlarms', '2010-08-01', /<AlarmName>([^<]+)<\/AlarmName>/g),
  dashboards: form('monitoring', 'ListDashboards', '2010-08-01', /<DashboardName>([^<]+)<\/DashboardName>/g),
  roles: form('iam', 'ListRoles', '2010-05-08', /<RoleName>([^<]+)<\/RoleName>/g),
};

/** Lists all resources of an emulator. @throws if a service does not answer. */
export async function emulatorInventory(endpoint: string): Promise<Inventory> {
  const entries = Object.entries(LISTINGS).map(
    async ([kind, listing]) => [kind, await namesOf(endpoint, listing)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function namesOf(endpoint: string, listing: Listing): Promise<readonly string[]> {
  const { service, path = '/', headers = {}, body, name } = listing;
  const response = await fetch(endpoint + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text}`);
  return [...text.matchAll(name)].map((match) => match[1] ?? '').sort();
}
