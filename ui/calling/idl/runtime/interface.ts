/** Interface objects and their prototypes (Web IDL § 3.7.1 to 3.7.3). */
import { convertArguments, functionLength, type Signature } from "./arguments";
import { defineEvent } from "./events";
import { defineHandler } from "./handlers";
import { defineReadonlyMaplike } from "./maplike";
import { defineAttribute, defineDefaultToJson, defineOperation, type Attribute, type Brand, type Operation } from "./members";
import { allowWrapping, bind, implementationOf, lookUp } from "./slots";
import type { DictionaryType } from "./compound";
import type { Type } from "./types";

/** An interface of ours. */
export interface InterfaceDefinition {
  readonly name: string;
  /** The interface it inherits from: one of ours or one of the webview's. */
  readonly parent?: string;
  readonly secureContext?: true;
  /** Absent where pages may not construct it. */
  readonly construct?: readonly Signature[];
  /** For an event: what its constructor takes. Its attributes are the members of that dictionary. */
  readonly event?: DictionaryType;
  readonly attributes?: readonly Attribute[];
  readonly handlers?: readonly string[];
  readonly operations?: readonly Operation[];
  readonly statics?: readonly Operation[];
  /** The key type of a `readonly maplike`. */
  readonly maplike?: Type;
}

/** An interface object: what the page finds under the interface's name. */
export type InterfaceObject = (new (...args: never[]) => object) & { prototype: object };

/** What the interfaces defined so far look like; needed by those that inherit from them. */
export interface Defined {
  readonly interfaceObject: InterfaceObject;
  /** The name, and those of the parents of ours. */
  readonly interfaces: readonly string[];
}

/** Makes the object that a constructor returns or `wrap` hands out; `args` are the native parent's. */
export type Allocate = (args: unknown[], newTarget: InterfaceObject) => object;

function allocator(nativeRoot: InterfaceObject | undefined): Allocate {
  return (args, newTarget) => {
    const made = Reflect.construct(nativeRoot ?? Object, nativeRoot ? (args as never[]) : [], newTarget) as object;
    // Some engines make native objects with the native prototype whatever the new target is.
    if (Object.getPrototypeOf(made) !== newTarget.prototype) {
      Object.setPrototypeOf(made, newTarget.prototype);
    }
    return made;
  };
}

function brandOf(name: string): Brand {
  return {
    check(receiver) {
      const implementation = lookUp(name, receiver);
      if (!implementation) {
        throw new TypeError(`the receiver is not of type ${name}`);
      }
      return implementation;
    },
    target: (self) => self,
  };
}

type Construct = (args: unknown[], newTarget: InterfaceObject) => object;

/** `class` gives what Web IDL wants: no call without `new`, a fixed prototype property. */
function interfaceObjectOf(definition: InterfaceDefinition, construct: Construct | undefined): InterfaceObject {
  const { name } = definition;
  const made = {
    [name]: class {
      constructor(...args: unknown[]) {
        if (!construct) {
          throw new TypeError("Illegal constructor");
        }
        return construct(args, new.target);
      }
    },
  }[name] as unknown as InterfaceObject;
  Object.defineProperty(made, "length", { value: functionLength(definition.construct ?? []), configurable: true });
  return made;
}

/** What goes to the constructor of the native parent. DOMException takes the message, and RTC errors have one name. */
function nativeArguments(root: string | undefined, name: string, values: readonly unknown[]): unknown[] {
  return root === "DOMException" ? [values[1], name === "RTCError" ? "OperationError" : name] : [];
}

/** Defines an interface; its parent must have been. */
export function defineInterface(
  definition: InterfaceDefinition,
  defined: ReadonlyMap<string, Defined>,
  global: Record<string, unknown>,
): Defined {
  const { name, parent } = definition;
  const inherited = parent === undefined ? undefined : defined.get(parent);
  const native = parent === undefined || inherited ? undefined : (global[parent] as InterfaceObject | undefined);
  if (parent !== undefined && !inherited && !native) {
    throw new Error(`${name} inherits from ${parent}, which this realm lacks`);
  }
  const interfaces = [name, ...(inherited?.interfaces ?? [])];
  const allocate = allocator(native);
  const construct: Construct = (args, newTarget) => {
    const { values } = convertArguments(definition.construct ?? [], args, `${name} constructor`);
    const wrapper = allocate(nativeArguments(parent, name, values), newTarget);
    const implementation = implementationOf(name);
    if (!implementation) {
      throw new Error(`no class implements ${name}`);
    }
    bind(wrapper, new implementation(wrapper, ...values), interfaces);
    return wrapper;
  };
  const constructEvent = definition.event && defineEvent(definition, definition.event, allocate, interfaces);
  const interfaceObject = interfaceObjectOf(definition, constructEvent ?? (definition.construct && construct));
  const prototype = interfaceObject.prototype;
  if (inherited ?? native) {
    Object.setPrototypeOf(interfaceObject, inherited?.interfaceObject ?? native ?? null);
    Object.setPrototypeOf(prototype, inherited?.interfaceObject.prototype ?? native?.prototype ?? null);
  }
  defineMembers(definition, interfaceObject);
  if (!definition.event) {
    allowWrapping(name, { interfaces, create: (args) => allocate(args, interfaceObject) });
  }
  return { interfaceObject, interfaces };
}

function defineMembers(definition: InterfaceDefinition, interfaceObject: InterfaceObject): void {
  const { name } = definition;
  const { prototype } = interfaceObject;
  const brand = brandOf(name);
  const attributes = definition.attributes ?? [];
  for (const attribute of attributes) {
    defineAttribute(prototype, attribute, brand);
  }
  for (const handler of definition.handlers ?? []) {
    defineHandler(prototype, handler, brand);
  }
  for (const operation of definition.operations ?? []) {
    const { json } = operation;
    if (json) {
      defineDefaultToJson(prototype, attributes.filter((attribute) => json.includes(attribute.name)), brand);
    } else {
      defineOperation(prototype, operation, brand);
    }
  }
  for (const operation of definition.statics ?? []) {
    const holder: Brand = { check: () => implementationOf(name) ?? {}, target: (self) => self };
    defineOperation(interfaceObject, operation, holder);
  }
  if (definition.maplike) {
    defineReadonlyMaplike(prototype, definition.maplike, brand);
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}
