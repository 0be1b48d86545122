import { AROUND } from './cases.ts';
import { testSuites } from './suites.ts';

testSuites(AROUND);
