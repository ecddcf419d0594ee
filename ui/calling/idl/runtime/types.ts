/**
 * Web IDL types as values: how a JavaScript value becomes an IDL value and back (Web IDL § 3.2).
 *
 * An IDL value is what an implementation sees: strings, numbers, plain objects for dictionaries, arrays for sequences,
 * implementation objects for our own interfaces, the native object for the webview's.
 */

/** How overload resolution and unions tell one type from another (Web IDL § 2.5.8). */
export type Kind =
  | "any"
  | "undefined"
  | "boolean"
  | "numeric"
  | "string"
  | "object"
  | "interface"
  | "buffer"
  | "callback"
  | "sequence"
  | "dictionary"
  | "nullable"
  | "union";

/** One Web IDL type. */
export interface Type {
  readonly kind: Kind;
  /** As written in IDL, for error messages. */
  readonly name: string;
  /** JavaScript → IDL. `what` names the value in the message of the TypeError. */
  from(value: unknown, what: string): unknown;
  /** IDL → JavaScript. */
  to(value: unknown): unknown;
  /** Whether a value already is of this interface or buffer type. */
  readonly is?: (value: unknown) => boolean;
  /** The type inside a nullable type, or those of a union. */
  readonly inner?: readonly Type[];
  /** The values of an enumeration. */
  readonly values?: readonly string[];
}

const identity = (value: unknown): unknown => value;

/** Whether ECMAScript calls the value an object. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export const any: Type = { kind: "any", name: "any", from: identity, to: identity };

/** What an operation without a result returns. */
export const nothing: Type = { kind: "undefined", name: "undefined", from: () => undefined, to: () => undefined };

export const object: Type = {
  kind: "object",
  name: "object",
  from(value, what) {
    if (!isObject(value)) {
      throw new TypeError(`${what} is not an object`);
    }
    return value;
  },
  to: identity,
};

export const boolean: Type = { kind: "boolean", name: "boolean", from: Boolean, to: identity };

function toText(value: unknown, what: string): string {
  if (typeof value === "symbol") {
    throw new TypeError(`${what} is a symbol and cannot be made a string`);
  }
  return String(value);
}

export const DOMString: Type = { kind: "string", name: "DOMString", from: toText, to: identity };

export const USVString: Type = {
  kind: "string",
  name: "USVString",
  from: (value, what) => toText(value, what).replace(/\p{Surrogate}/gu, "\uFFFD"),
  to: identity,
};

/** An enumeration: any other string is a TypeError (attribute setters ignore it instead, see `members.ts`). */
export function enumeration(name: string, values: readonly string[]): Type {
  return {
    kind: "string",
    name,
    values,
    from(value, what) {
      const text = toText(value, what);
      if (!values.includes(text)) {
        throw new TypeError(`${what}: "${text}" is not a valid value of enum ${name}`);
      }
      return text;
    },
    to: identity,
  };
}

const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")?.get;

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    byteLength?.call(value);
    return isObject(value);
  } catch {
    return false;
  }
}

function requireFixedBuffer(buffer: ArrayBufferLike, what: string): void {
  if (!isArrayBuffer(buffer)) {
    throw new TypeError(`${what} is backed by a shared buffer`);
  }
  if ((buffer as { resizable?: boolean }).resizable === true) {
    throw new TypeError(`${what} is backed by a resizable buffer`);
  }
}

export const arrayBuffer: Type = {
  kind: "buffer",
  name: "ArrayBuffer",
  is: isArrayBuffer,
  from(value, what) {
    if (!isArrayBuffer(value)) {
      throw new TypeError(`${what} is not an ArrayBuffer`);
    }
    requireFixedBuffer(value, what);
    return value;
  },
  to: identity,
};

export const arrayBufferView: Type = {
  kind: "buffer",
  name: "ArrayBufferView",
  is: (value) => ArrayBuffer.isView(value),
  from(value, what) {
    if (!ArrayBuffer.isView(value)) {
      throw new TypeError(`${what} is not an ArrayBufferView`);
    }
    requireFixedBuffer(value.buffer, what);
    return value;
  },
  to: identity,
};
