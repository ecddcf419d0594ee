/** `readonly maplike` (Web IDL § 3.7.11): the methods of a Map that only read. */
import { defineAccessor, defineMethod, type Brand } from "./members";
import type { Type } from "./types";

/** What the implementation of a maplike interface provides. Values are JavaScript objects. */
export interface MaplikeImplementation {
  readonly map: ReadonlyMap<string, object>;
}

export function defineReadonlyMaplike(prototype: object, key: Type, brand: Brand): void {
  const mapOf = (receiver: unknown): ReadonlyMap<string, object> =>
    (brand.check(receiver) as MaplikeImplementation).map;
  const keyOf = (args: unknown[], what: string): string => {
    if (args.length === 0) {
      throw new TypeError(`${what}: 1 argument required, but only 0 present`);
    }
    return key.from(args[0], `${what}: key`) as string;
  };
  defineAccessor(prototype, "size", (receiver) => mapOf(receiver).size);
  defineMethod(prototype, "entries", 0, (receiver) => mapOf(receiver).entries());
  defineMethod(prototype, "keys", 0, (receiver) => mapOf(receiver).keys());
  defineMethod(prototype, "values", 0, (receiver) => mapOf(receiver).values());
  defineMethod(prototype, "get", 1, (receiver, args) => mapOf(receiver).get(keyOf(args, "get")));
  defineMethod(prototype, "has", 1, (receiver, args) => mapOf(receiver).has(keyOf(args, "has")));
  defineMethod(prototype, "forEach", 1, (receiver, args) => {
    const map = mapOf(receiver);
    const [callback, thisArg] = args;
    if (typeof callback !== "function") {
      throw new TypeError("forEach: argument 1 is not a function");
    }
    for (const [name, value] of map) {
      Reflect.apply(callback, thisArg, [value, name, receiver]);
    }
  });
  // One function under two keys: a Map's iterator is its `entries`.
  const entries = Object.getOwnPropertyDescriptor(prototype, "entries");
  Object.defineProperty(prototype, Symbol.iterator, { ...entries, enumerable: false });
}
