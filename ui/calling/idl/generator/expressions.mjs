/** IDL types as run-time expressions (of `runtime/*.ts`) and as TypeScript types. */
import { natives } from "./config.mjs";

const simple = {
  any: ["any", "unknown"],
  undefined: ["nothing", "void"],
  object: ["object", "object"],
  boolean: ["boolean", "boolean"],
  DOMString: ["DOMString", "string"],
  USVString: ["USVString", "string"],
  ArrayBuffer: ["arrayBuffer", "ArrayBuffer"],
  ArrayBufferView: ["arrayBufferView", "ArrayBufferView"],
  double: ["double", "number"],
  "unrestricted double": ["unrestrictedDouble", "number"],
};

const integers = {
  octet: "octet",
  "unsigned short": "unsignedShort",
  long: "long",
  "unsigned long": "unsignedLong",
  "unsigned long long": "unsignedLongLong",
};

/** Turns types into text, and remembers which enumerations and dictionaries they used. */
export class Expressions {
  /** Names of dictionaries in the order their declarations must have. */
  dictionaries = new Set();
  enumerations = new Set();
  callbacks = new Set();
  /** Dictionaries that pages pass in: there, members with a default always have a value. */
  incoming = new Set();

  constructor(model) {
    this.model = model;
    this.interfaces = new Set(model.interfaces.map((definition) => definition.name));
  }

  /** `{ value, type }`: the run-time expression and the TypeScript type. `outer` are attributes written before the member. */
  of(idl, outer = [], incoming = false) {
    const attributes = [...outer, ...idl.extAttrs];
    const plain = this.#plain(idl, attributes, incoming);
    return idl.nullable
      ? { value: `nullable(${plain.value})`, type: `${plain.type} | null` }
      : plain;
  }

  #plain(idl, attributes, incoming) {
    if (idl.union) {
      const members = idl.idlType.map((member) => this.of(member, attributes, incoming));
      return {
        value: `union(${members.map((member) => member.value).join(", ")})`,
        type: members.map((member) => member.type).join(" | "),
      };
    }
    if (idl.generic) {
      const inner = this.of(idl.idlType[0], [], incoming);
      const bracketed = / \| |=>/.test(inner.type) ? `(${inner.type})` : inner.type;
      switch (idl.generic) {
        case "sequence":
          return { value: `sequence(${inner.value})`, type: `${bracketed}[]` };
        case "FrozenArray":
          return { value: `frozenArray(${inner.value})`, type: `readonly ${bracketed}[]` };
        default:
          throw new Error(`${idl.generic}<> is not supported`);
      }
    }
    return this.#named(idl.idlType, attributes, incoming);
  }

  #named(name, attributes, incoming) {
    const { typedefs, enumerations, dictionaries, callbacks } = this.model;
    if (name in simple) {
      const [value, type] = simple[name];
      return { value, type };
    }
    if (name in integers) {
      const has = (wanted) => attributes.some((attribute) => attribute.name === wanted);
      const bounds = has("EnforceRange") ? '"enforce"' : has("Clamp") ? '"clamp"' : "";
      return { value: `${integers[name]}(${bounds})`, type: "number" };
    }
    if (typedefs.has(name)) {
      return this.of(typedefs.get(name).idlType, attributes, incoming);
    }
    if (enumerations.has(name)) {
      this.enumerations.add(name);
      return { value: name, type: name };
    }
    if (dictionaries.has(name)) {
      this.#useDictionary(name, incoming);
      return { value: name, type: name };
    }
    if (callbacks.has(name)) {
      this.#useCallback(name);
      return { value: name, type: "(...args: unknown[]) => unknown" };
    }
    if (this.interfaces.has(name)) {
      return { value: `platform("${name}")`, type: `${name}Impl` };
    }
    if (name in natives) {
      return { value: `native("${name}", "${natives[name]}")`, type: name };
    }
    throw new Error(`${name} is not known`);
  }

  #useDictionary(name, incoming) {
    if (incoming ? this.incoming.has(name) : this.dictionaries.has(name)) {
      return;
    }
    if (incoming) {
      this.incoming.add(name);
    }
    const { parent, members } = this.model.dictionaries.get(name);
    if (parent) {
      this.#useDictionary(parent, incoming);
    }
    for (const member of members) {
      this.of(member.idlType, member.extAttrs, incoming);
    }
    this.dictionaries.add(name);
  }

  #useCallback(name) {
    for (const { idlType } of this.model.callbacks.get(name).arguments) {
      if (idlType.idlType !== "DOMException") {
        this.of(idlType);
      }
    }
    this.callbacks.add(name);
  }

  /** The parameters of a callback function; exceptions are passed as they are. */
  callbackParameters(name) {
    return this.model.callbacks
      .get(name)
      .arguments.map(({ idlType }) => (idlType.idlType === "DOMException" ? "any" : this.of(idlType).value));
  }
}

/** Writes a default value as the body of an arrow function. */
export function initial(value, type) {
  switch (value.type) {
    case "string":
      return JSON.stringify(value.value);
    case "number":
      return value.value;
    case "boolean":
      return String(value.value);
    case "null":
      return "null";
    case "sequence":
      return "[]";
    case "dictionary":
      return `${type}.from(undefined, "default")`;
    default:
      throw new Error(`default values of type ${value.type} are not supported`);
  }
}
