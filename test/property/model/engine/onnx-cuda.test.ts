import { cardIsPresent } from '#test/support/card-is-present.ts';
import { describeProvider } from './provider-suite.ts';

describeProvider('cuda', await cardIsPresent('cuda'));
