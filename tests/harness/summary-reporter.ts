import type { Reporter, TestModule } from 'vitest/node';

/** Ends every run with one line that scripts can read: `123 passed, 0 failed, 4 skipped`. */
export const summaryReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((each) => each === state).length;
    const failed = count('failed') + modules.filter(failedOutside).length + unhandledErrors.length;
    const skipped = count('skipped') + count('pending');
    const end = skipped > 0 ? `, ${skipped} skipped` : '';
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed${end}\n`);
  },
};

/** A file that could not be loaded, or whose hooks failed, counts as one failure. */
const failedOutside = (module: TestModule) =>
  module.state() === 'failed' && [...module.children.allTests('failed')].length === 0;
