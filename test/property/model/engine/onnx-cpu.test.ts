import { describeProvider } from './provider-suite.ts';

describeProvider('cpu', true);
