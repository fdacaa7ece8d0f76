import * as z from 'zod';

const usd = z.number().min(0);

/**
 * Prices in us-east-1 [USD], without free tiers and volume discounts, as published on the pricing pages of
 * Amazon SQS, AWS Lambda (arm64), Amazon S3 (Standard) and Amazon EC2 (g4dn.xlarge on demand) in mid 2025.
 * Every price is a setting: replace it by the current one.
 */
export const priceParameters = z.strictObject({
  queuePerMillionRequests: usd.default(0.4).describe('SQS standard queue; 64 KiB of payload are one request'),
  functionPerMillionRequests: usd.default(0.2).describe('Lambda requests'),
  functionPerGigabyteSecond: usd.default(0.0000133334).describe('Lambda duration on arm64'),
  storePerThousandPuts: usd.default(0.005).describe('S3 PUT and LIST'),
  storePerThousandGets: usd.default(0.0004).describe('S3 GET'),
  containerPerHour: usd.default(0.526).describe('One replica of the encoder with its accelerator'),
  transferPerGigabyte: usd.default(0.09).describe('Data from the cloud to the devices'),
});

export type PriceParameters = z.output<typeof priceParameters>;
