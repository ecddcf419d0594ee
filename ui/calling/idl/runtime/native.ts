/**
 * The webview's own interfaces: their objects pass conversions as they are, and single members of them are replaced.
 */
import type { Patches } from "../generated/types";
import { defineAttribute, defineOperation, type Attribute, type Operation } from "./members";
import { isObject, type Type } from "./types";

/** What may be replaced of a native interface. */
export interface NativeDefinition {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly operations: readonly Operation[];
}

type Check = (value: unknown) => boolean;
type Global = Record<string, { prototype?: object } | undefined>;

const checks = new Map<string, Check>();
const witnesses = new Map<string, string>();
const patches = new Map<string, Record<string, unknown>>();
const originals = new Map<string, PropertyDescriptor>();

/** An accessor of the prototype throws for every other object, so it tells real ones from imitations. */
function checkOf(name: string, global: Global): Check {
  const prototype = global[name]?.prototype;
  if (!prototype) {
    return () => false;
  }
  const witness = Object.getOwnPropertyDescriptor(prototype, witnesses.get(name) ?? "")?.get;
  if (!witness) {
    return (value) => isObject(value) && Object.prototype.isPrototypeOf.call(prototype, value);
  }
  return (value) => {
    try {
      witness.call(value);
      return isObject(value) && value !== prototype;
    } catch {
      return false;
    }
  };
}

/** Remembers how to recognise native objects, before anybody replaces the accessors that tell. */
export function captureNatives(global: object): void {
  for (const name of witnesses.keys()) {
    checks.set(name, checkOf(name, global as Global));
  }
}

function isNative(name: string, value: unknown): boolean {
  let check = checks.get(name);
  if (!check) {
    check = checkOf(name, globalThis as unknown as Global);
    checks.set(name, check);
  }
  return check(value);
}

/** A native interface. `witness` is one of its read-only attributes, whose getter tells its objects from others. */
export function native(name: string, witness: string): Type {
  witnesses.set(name, witness);
  return {
    kind: "interface",
    name,
    is: (value) => isNative(name, value),
    from(value, what) {
      if (!isNative(name, value)) {
        throw new TypeError(`${what} is not of type ${name}`);
      }
      return value;
    },
    to: (value) => value,
  };
}

/**
 * Replaces members of a native interface. Methods and accessors of `members` run with the native object as `this`,
 * with converted arguments. To be called before `install`; members of later calls are added.
 */
export function patch<Name extends keyof Patches>(
  name: Name,
  members: Partial<Patches[Name]["members"]> & ThisType<Patches[Name]["target"]>,
): void {
  const known = patches.get(name) ?? {};
  patches.set(name, Object.defineProperties(known, Object.getOwnPropertyDescriptors(members)));
}

/** The webview's own version of a member that is replaced; undefined where it had none. Valid after `install`. */
export function original(name: keyof Patches, member: string): PropertyDescriptor | undefined {
  return originals.get(`${name}.${member}`);
}

/** Puts the members given to `patch` onto the native prototypes. */
export function installPatches(global: object, definitions: readonly NativeDefinition[]): void {
  for (const definition of definitions) {
    const members = patches.get(definition.name);
    const prototype = (global as Global)[definition.name]?.prototype;
    if (!members || !prototype) {
      continue;
    }
    const brand = {
      check(receiver: unknown): object {
        if (!isNative(definition.name, receiver)) {
          throw new TypeError(`the receiver is not of type ${definition.name}`);
        }
        return receiver as object;
      },
      target: () => members,
    };
    for (const [kind, list] of [
      ["attribute", definition.attributes],
      ["operation", definition.operations],
    ] as const) {
      for (const member of list) {
        const provided = Object.getOwnPropertyDescriptor(members, member.name);
        if (!provided) {
          continue;
        }
        const before = Object.getOwnPropertyDescriptor(prototype, member.name);
        if (before) {
          originals.set(`${definition.name}.${member.name}`, before);
        }
        if (kind === "attribute") {
          defineAttribute(prototype, member as Attribute, brand);
        } else {
          defineOperation(prototype, member as Operation, brand);
        }
      }
    }
  }
}
