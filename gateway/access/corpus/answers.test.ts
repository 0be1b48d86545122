import { ANSWERS } from './cases.ts';
import { testSuites } from './suites.ts';

testSuites(ANSWERS);
