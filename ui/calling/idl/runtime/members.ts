/** Attributes, operations and event handlers as properties of a prototype or an interface object (Web IDL § 3.7.5 to 3.7.8). */
import { convertArguments, functionLength, type Signature } from "./arguments";
import { DOMString, type Type } from "./types";

/** An attribute. */
export interface Attribute {
  readonly name: string;
  readonly type: Type;
  readonly readonly?: true;
}

/** An operation with all its overloads. */
export interface Operation {
  readonly name: string;
  readonly overloads: readonly Signature[];
  /** What it returns; for a promise, what the promise is fulfilled with. */
  readonly returns: Type;
  readonly promise?: true;
  /** For `[Default] toJSON`: the attributes that make the object. */
  readonly json?: readonly string[];
}

/** How a member finds out what it works on. */
export interface Brand {
  /** Throws a TypeError if the receiver is not of the interface; returns what the member's code gets as `this`. */
  check(receiver: unknown): object;
  /** The object whose properties hold the member's code. */
  target(self: object): object;
}

type Code = (...args: unknown[]) => unknown;

/** The method of an implementation; TypeScript has seen to its being there. */
function codeOf(holder: object, name: string): Code {
  const code: unknown = Reflect.get(holder, name);
  if (typeof code !== "function") {
    throw new Error(`no implementation of ${name}`);
  }
  return code as Code;
}

function setLength(code: object, length: number): void {
  Object.defineProperty(code, "length", { value: length, configurable: true });
}

/** Defines an attribute whose code is a getter (and setter) of the brand's target. */
export function defineAttribute(on: object, attribute: Attribute, brand: Brand): void {
  const { name, type } = attribute;
  const get = (receiver: unknown): unknown => {
    const self = brand.check(receiver);
    return type.to(Reflect.get(brand.target(self), name, self));
  };
  const set = (receiver: unknown, value: unknown): void => {
    const self = brand.check(receiver);
    const what = `attribute "${name}"`;
    if (type.values) {
      const text = DOMString.from(value, what) as string;
      // Web IDL § 3.7.6: a setter ignores what is not a value of its enumeration.
      if (type.values.includes(text)) {
        Reflect.set(brand.target(self), name, text, self);
      }
      return;
    }
    Reflect.set(brand.target(self), name, type.from(value, what), self);
  };
  defineAccessor(on, name, get, attribute.readonly ? undefined : set);
}

/** An enumerable accessor, named as Web IDL names it. */
export function defineAccessor(
  on: object,
  name: string,
  get: (receiver: unknown) => unknown,
  set?: (receiver: unknown, value: unknown) => void,
): void {
  // Accessors of an object literal have the right names, and no prototype property.
  const shape = {
    get [name](): unknown {
      return get(this);
    },
    set [name](value: unknown) {
      set?.(this, value);
    },
  };
  const found: PropertyDescriptor = { ...Object.getOwnPropertyDescriptor(shape, name) };
  if (!set) {
    delete found.set;
  }
  Object.defineProperty(on, name, found);
}

/** An enumerable method, named and with a `length` as Web IDL says. */
export function defineMethod(
  on: object,
  name: string | symbol,
  length: number,
  code: (receiver: unknown, args: unknown[]) => unknown,
  enumerable = true,
): void {
  const shape = {
    [name](...args: unknown[]): unknown {
      return code(this, args);
    },
  };
  const method = shape[name as string];
  setLength(method as object, length);
  Object.defineProperty(on, name, { value: method, writable: true, enumerable, configurable: true });
}

/** An exception of a page's callback is the page's: reported, never thrown into our code. */
function callAndReport(code: unknown, args: unknown[]): void {
  try {
    (code as Code)(...args);
  } catch (error) {
    reportError(error);
  }
}

/** Answers the callback form by the promise form: the callbacks are told, the promise is fulfilled at once. */
function callLegacy(signature: Signature, values: unknown[], modern: (args: unknown[]) => unknown): Promise<undefined> {
  const callbacks = values.filter((_, index) => signature.parameters[index]?.type.kind === "callback");
  const others = values.filter((_, index) => signature.parameters[index]?.type.kind !== "callback");
  const [success, failure] = callbacks;
  void Promise.resolve(modern(others)).then(
    (result) => callAndReport(success, [result]),
    (error: unknown) => callAndReport(failure, [error]),
  );
  return Promise.resolve(undefined);
}

/** Defines an operation whose code is a method of the brand's target. */
export function defineOperation(on: object, operation: Operation, brand: Brand): void {
  const { name, overloads, returns, promise } = operation;
  const run = (receiver: unknown, args: unknown[]): unknown => {
    const self = brand.check(receiver);
    const { signature, values } = convertArguments(overloads, args, name);
    const code = codeOf(brand.target(self), name);
    if (signature.legacy) {
      return callLegacy(signature, values, async (others) => code.apply(self, others));
    }
    const result = code.apply(self, values);
    return promise ? Promise.resolve(result).then((value) => returns.to(value)) : returns.to(result);
  };
  defineMethod(on, name, functionLength(overloads), (receiver, args) => {
    if (!promise) {
      return run(receiver, args);
    }
    try {
      return run(receiver, args);
    } catch (error) {
      return Promise.reject(error);
    }
  });
}

/** Defines the default `toJSON`: a plain object of the attributes that JSON can hold (Web IDL § 3.7.7.1.1). */
export function defineDefaultToJson(on: object, attributes: readonly Attribute[], brand: Brand): void {
  defineMethod(on, "toJSON", 0, (receiver) => {
    const self = brand.check(receiver);
    const result: Record<string, unknown> = {};
    for (const { name, type } of attributes) {
      result[name] = type.to(Reflect.get(brand.target(self), name, self));
    }
    return result;
  });
}
