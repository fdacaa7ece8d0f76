import { describeCardAgainstPytorch } from './card-suite.ts';

await describeCardAgainstPytorch('webgpu');
