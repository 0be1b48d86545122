import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spacing } from './spacing.ts';

test('in no stretch of time do more pass than one burst and the rate over that time', () => {
  const requests = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 150 });
  const held = fc.check(
    fc.property(fc.integer({ min: 1, max: 60 }), requests, (perSecond, pauses) => {
      let now = 0;
      const spend = spacing(10, () => now);
      const passed = pauses.flatMap((pause) => {
        now += pause;
        return spend('a', perSecond) === 0 ? [now] : [];
      });
      return passed.every((from, first) =>
        passed
          .slice(first)
          .every((to, index) => index + 1 <= perSecond + (perSecond * (to - from)) / 1000 + 1e-6),
      );
    }),
  );
  expect(held.counterexample).toBeNull();
});

test('it lets through exactly what a bucket that fills evenly would', () => {
  const requests = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 150 });
  const equal = fc.check(
    fc.property(fc.integer({ min: 1, max: 60 }), requests, (perSecond, pauses) => {
      let now = 0;
      let tokens = perSecond;
      const spend = spacing(10, () => now);
      return pauses.every((pause) => {
        now += pause;
        tokens = Math.min(perSecond, tokens + (perSecond * pause) / 1000);
        const passes = tokens >= 1 - 1e-6;
        if (passes) tokens -= 1;
        return (spend('a', perSecond) === 0) === passes;
      });
    }),
  );
  expect(equal.counterexample).toBeNull();
});

test('a refusal says how long to wait, and after that the request passes', () => {
  let now = 5;
  const spend = spacing(10, () => now);
  expect(spend('a', 1)).toBe(0);
  expect(spend('a', 1)).toBe(1000);
  now += 400;
  expect(spend('a', 1)).toBe(600);
  now += 600;
  expect(spend('a', 1)).toBe(0);
});
