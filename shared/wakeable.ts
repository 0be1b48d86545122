/** A pause that ends early when somebody has news; a wake-up during work ends the next pause at once. */
export function wakeable() {
  let woken = false;
  let end: (() => void) | undefined;
  return {
    wake: (): void => {
      woken = true;
      end?.();
    },
    wait: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          end = undefined;
          woken = false;
          resolve();
        };
        const timer = setTimeout(finish, ms);
        end = finish;
        if (woken) finish();
      }),
  };
}
