/**
 * Which implementation object stands behind which wrapper (the object that the page holds), and which class implements
 * which interface. Nothing is kept on the wrapper itself: properties of a wrapper do not survive garbage collection in
 * every webview, and a page could reach them.
 */
import type { Classes, Implementations } from "../generated/types";
import { isObject, type Type } from "./types";

interface Slot {
  readonly implementation: object;
  /** Names of the interface and those it inherits from. */
  readonly interfaces: readonly string[];
}

/** What is needed to make a wrapper of an interface; filled by `install`. */
export interface Wrappable {
  readonly interfaces: readonly string[];
  /** A new wrapper without an implementation; `args` go to the constructor of its native parent. */
  create(args: unknown[]): object;
}

const slots = new WeakMap<object, Slot>();
const wrappers = new WeakMap<object, object>();
const wrappables = new Map<string, Wrappable>();
const classes = new Map<string, ImplementationClass>();
const names = new WeakMap<object, string>();

/** A class that implements an interface, as the runtime calls it. */
export type ImplementationClass = (new (wrapper: object, ...args: unknown[]) => object) & Record<string, unknown>;

/** Says which class implements an interface. To be called before `install`, once for each interface. */
export function implement<Name extends keyof Classes>(name: Name, implementation: Classes[Name]): void {
  const known = implementation as unknown as ImplementationClass;
  classes.set(name, known);
  names.set(known.prototype as object, name);
}

/** The class that implements an interface. */
export function implementationOf(name: string): ImplementationClass | undefined {
  return classes.get(name);
}

/** Lets `wrap` make wrappers of an interface. */
export function allowWrapping(name: string, wrappable: Wrappable): void {
  wrappables.set(name, wrappable);
}

/** Joins a wrapper with its implementation, for good. */
export function bind(wrapper: object, implementation: object, interfaces: readonly string[]): void {
  if (wrappers.has(implementation)) {
    throw new Error(`this ${interfaces[0]} has a wrapper already`);
  }
  slots.set(wrapper, { implementation, interfaces });
  wrappers.set(implementation, wrapper);
}

/**
 * The wrapper of an implementation object, always the same one; made when first asked for. What inherits from
 * DOMException gets its message and name by `nativeArguments`.
 */
export function wrap(implementation: object, nativeArguments: unknown[] = []): object {
  const known = wrappers.get(implementation);
  if (known) {
    return known;
  }
  let name: string | undefined;
  for (let at: object | null = Object.getPrototypeOf(implementation); at && !name; at = Object.getPrototypeOf(at)) {
    name = names.get(at);
  }
  const wrappable = name === undefined ? undefined : wrappables.get(name);
  if (!wrappable) {
    throw new Error(`${name ?? implementation.constructor.name} is not an installed interface`);
  }
  const wrapper = wrappable.create(nativeArguments);
  bind(wrapper, implementation, wrappable.interfaces);
  return wrapper;
}

/** The implementation behind a wrapper, if it is one of this interface or of one that inherits from it. */
export function unwrap<Name extends keyof Implementations>(
  name: Name,
  wrapper: unknown,
): Implementations[Name] | undefined {
  return lookUp(name, wrapper) as Implementations[Name] | undefined;
}

/** As `unwrap`, for names known only at run time. */
export function lookUp(name: string, wrapper: unknown): object | undefined {
  const slot = isObject(wrapper) ? slots.get(wrapper) : undefined;
  return slot?.interfaces.includes(name) ? slot.implementation : undefined;
}

/** An interface of ours: pages hold wrappers, implementations hold implementations. */
export function platform(name: string): Type {
  return {
    kind: "interface",
    name,
    is: (value) => lookUp(name, value) !== undefined,
    from(value, what) {
      const implementation = lookUp(name, value);
      if (!implementation) {
        throw new TypeError(`${what} is not of type ${name}`);
      }
      return implementation;
    },
    to: (value) => wrap(value as object),
  };
}
