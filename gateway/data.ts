/** An object as it came from outside: its names were chosen by clients and subgraphs, `__proto__` and `constructor` too. */
export type Data = Record<string, unknown>;

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether every object answers to a name without having been given it; such names are read by `own`. */
export const isInherited = (name: string): boolean => name in Object.prototype;

/** What an object was given under a name. */
export const own = (data: Readonly<Data>, name: string): unknown =>
  Object.hasOwn(data, name) ? data[name] : undefined;

/** Gives an object a value under any name; plain assignment of `__proto__` would set the prototype. */
export function put(data: Data, name: string, value: unknown): void {
  if (name !== '__proto__') data[name] = value;
  else Object.defineProperty(data, name, { value, enumerable: true, writable: true, configurable: true });
}
