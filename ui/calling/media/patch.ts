/** Replacing members of native prototypes in the shape that Web IDL gives them. */

type Method<This> = (this: This, ...args: never[]) => unknown;

/** A function that is no constructor, like those of native methods. */
function shaped(name: string, length: number, call: (self: unknown, args: unknown[]) => unknown): unknown {
  const method = {
    m(this: unknown, ...args: unknown[]): unknown {
      return call(this, args);
    },
  }.m;
  Object.defineProperty(method, "name", { value: name, configurable: true });
  Object.defineProperty(method, "length", { value: length, configurable: true });
  return method;
}

/** Puts a method on `target`. `length` counts the arguments that must be there. */
export function defineMethod<This extends object>(
  target: object,
  name: string,
  length: number,
  implementation: Method<This>,
): void {
  const call = implementation as (this: unknown, ...args: unknown[]) => unknown;
  Object.defineProperty(target, name, {
    value: shaped(name, length, (self, args) => {
      if (args.length < length) {
        throw new TypeError(`${name}: ${length} argument(s) required, but only ${args.length} present`);
      }
      return call.apply(self, args);
    }),
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** As {@link defineMethod}, for operations that return a promise: what they throw becomes a rejection. */
export function definePromiseMethod<This extends object>(
  target: object,
  name: string,
  length: number,
  implementation: Method<This>,
): void {
  const call = implementation as (this: unknown, ...args: unknown[]) => unknown;
  Object.defineProperty(target, name, {
    // Not an async function around another: what is refused at once is to be a promise that is rejected already.
    value: shaped(name, length, (self, args) => {
      try {
        if (args.length < length) {
          throw new TypeError(`${name}: ${length} argument(s) required, but only ${args.length} present`);
        }
        return Promise.resolve(call.apply(self, args));
      } catch (error) {
        return Promise.reject(error as Error);
      }
    }),
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Puts an attribute on `target`; without `set` it is read-only. */
export function defineAttribute<This extends object, Value>(
  target: object,
  name: string,
  get: (self: This) => Value,
  set?: (self: This, value: Value) => void,
): void {
  const getter = shaped(`get ${name}`, 0, (self) => get(self as This));
  const setter = set && shaped(`set ${name}`, 1, (self, [value]) => set(self as This, value as Value));
  Object.defineProperty(target, name, {
    get: getter as () => unknown,
    ...(setter ? { set: setter as (value: unknown) => void } : {}),
    enumerable: true,
    configurable: true,
  });
}

/** A native attribute, as it was before anything was put over it. */
export interface NativeAttribute<This, Value> {
  get(self: This): Value;
  set(self: This, value: Value): void;
}

/** Takes hold of a native attribute. Reading one that is not there gives a `TypeError`, as on a wrong object. */
export function nativeAttribute<This extends object, Value>(target: object, name: string): NativeAttribute<This, Value> {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  const missing = (): never => {
    throw new TypeError(`Illegal invocation of ${name}`);
  };
  const get = (descriptor?.get ?? missing) as (this: This) => Value;
  const set = (descriptor?.set ?? missing) as (this: This, value: Value) => void;
  return { get: (self) => get.call(self), set: (self, value) => set.call(self, value) };
}

/** Puts an interface object or another global in place, not enumerable as Web IDL wants. */
export function defineGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}
