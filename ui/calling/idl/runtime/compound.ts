/** Types made of other types: nullable, sequence, union, dictionary, callback function (Web IDL § 3.2.17 to 3.2.24). */
import { isObject, type Type } from "./types";

export function nullable(inner: Type): Type {
  return {
    kind: "nullable",
    name: `${inner.name}?`,
    inner: [inner],
    from: (value, what) => (value === null || value === undefined ? null : inner.from(value, what)),
    to: (value) => (value === null || value === undefined ? null : inner.to(value)),
  };
}

function readSequence(value: unknown, item: Type, what: string): unknown[] {
  if (!isObject(value)) {
    throw new TypeError(`${what} is not iterable`);
  }
  const method = (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  if (typeof method !== "function") {
    throw new TypeError(`${what} is not iterable`);
  }
  const iterator: unknown = method.call(value);
  if (!isObject(iterator)) {
    throw new TypeError(`${what} has an iterator that is not an object`);
  }
  const next = (iterator as Iterator<unknown>).next;
  const items: unknown[] = [];
  for (;;) {
    const step: unknown = Reflect.apply(next, iterator, []);
    if (!isObject(step)) {
      throw new TypeError(`${what} has an iterator whose result is not an object`);
    }
    if ((step as IteratorResult<unknown>).done) {
      return items;
    }
    items.push(item.from((step as IteratorResult<unknown>).value, `${what}, item ${items.length}`));
  }
}

export function sequence(item: Type): Type {
  return {
    kind: "sequence",
    name: `sequence<${item.name}>`,
    from: (value, what) => readSequence(value, item, what),
    to: (value) => Array.from(value as Iterable<unknown>, (entry) => item.to(entry)),
  };
}

const frozen = new WeakMap<object, object>();

/** An array that a page cannot change. The same IDL array gives the same JavaScript array. */
export function frozenArray(item: Type): Type {
  const list = sequence(item);
  return {
    ...list,
    name: `FrozenArray<${item.name}>`,
    to(value) {
      const known = frozen.get(value as object) ?? Object.freeze(list.to(value) as object);
      frozen.set(value as object, known);
      return known;
    },
  };
}

function isIterable(value: object): boolean {
  const method = (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  return method !== undefined && method !== null;
}

/**
 * Which of several types a value is meant as: the steps shared by overload resolution (§ 3.6) and unions (§ 3.2.22).
 * Gives the position in `types`, or -1.
 */
export function selectType(types: readonly Type[], value: unknown): number {
  const plain = types.map((type) => (type.kind === "nullable" ? (type.inner?.[0] ?? type) : type));
  const find = (test: (type: Type) => boolean): number => plain.findIndex(test);
  const first = (...positions: number[]): number => positions.find((position) => position >= 0) ?? -1;
  const ofKind = (kind: Type["kind"]): number => find((type) => type.kind === kind);
  if (value === null || value === undefined) {
    const empty = first(
      types.findIndex((type) => type.kind === "nullable"),
      ofKind("dictionary"),
    );
    if (empty >= 0) {
      return empty;
    }
  }
  if (isObject(value)) {
    const exact = find((type) => type.is?.(value) === true);
    if (exact >= 0) {
      return exact;
    }
    const callback = typeof value === "function" ? ofKind("callback") : -1;
    const list = ofKind("sequence");
    const structured = first(
      callback,
      list >= 0 && isIterable(value) ? list : -1,
      ofKind("dictionary"),
      ofKind("object"),
    );
    if (structured >= 0) {
      return structured;
    }
  }
  const primitive =
    typeof value === "boolean" ? ofKind("boolean") : typeof value === "number" ? ofKind("numeric") : -1;
  return first(primitive, ofKind("string"), ofKind("numeric"), ofKind("boolean"), ofKind("any"));
}

export function union(...members: Type[]): Type {
  const flat = members.flatMap((member) => (member.kind === "union" ? (member.inner ?? []) : [member]));
  const name = `(${flat.map((member) => member.name).join(" or ")})`;
  return {
    kind: "union",
    name,
    inner: flat,
    from(value, what) {
      const member = flat[selectType(flat, value)];
      if (!member) {
        throw new TypeError(`${what} is not of type ${name}`);
      }
      return member.from(value, what);
    },
    to(value) {
      const member = flat[selectType(flat, value)];
      return member ? member.to(value) : value;
    },
  };
}

/** One member of a dictionary. */
export interface Member {
  readonly name: string;
  readonly type: Type;
  readonly required?: true;
  /** Makes the default value, already an IDL value. */
  readonly initial?: () => unknown;
}

/** Own members must come in the order of their code points; those of the parent go first (§ 3.2.17). */
export function dictionary(name: string, parent: DictionaryType | null, own: readonly Member[]): DictionaryType {
  const members = [...(parent?.members ?? []), ...own];
  return {
    kind: "dictionary",
    name,
    members,
    from(value, what) {
      if (value !== undefined && value !== null && !isObject(value)) {
        throw new TypeError(`${what} is not an object and cannot be made a ${name}`);
      }
      const source = (value ?? {}) as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const member of members) {
        const entry = isObject(value) ? source[member.name] : undefined;
        if (entry !== undefined) {
          result[member.name] = member.type.from(entry, `${what}: member "${member.name}"`);
        } else if (member.initial) {
          result[member.name] = member.initial();
        } else if (member.required) {
          throw new TypeError(`${what}: required member "${member.name}" of ${name} is missing`);
        }
      }
      return result;
    },
    to(value) {
      const source = value as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const member of members) {
        const entry = source[member.name];
        if (entry !== undefined) {
          result[member.name] = member.type.to(entry);
        }
      }
      return result;
    },
  };
}

/** A dictionary, with the members it inherits. */
export interface DictionaryType extends Type {
  readonly members: readonly Member[];
}

/** A callback function: what an exception of the page's function means is for the caller, it is passed on. */
export function callback(name: string, ...parameters: Type[]): Type {
  return {
    kind: "callback",
    name,
    from(value, what) {
      if (typeof value !== "function") {
        throw new TypeError(`${what} is not a function`);
      }
      return (...args: unknown[]): unknown =>
        Reflect.apply(
          value,
          undefined,
          parameters.map((type, index) => type.to(args[index])),
        );
    },
    to: (value) => value,
  };
}
