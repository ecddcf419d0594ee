/** Parses the specifications' IDL and merges partial definitions. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parse } from "webidl2";
import { drafts, leftOut, legacy, natives, specifications, supporting } from "./config.mjs";

const folder = dirname(createRequire(import.meta.url).resolve("@webref/idl/package.json"));

/** The version of @webref/idl read. */
export const version = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

const byCodePoint = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function read(name) {
  return parse(readFileSync(join(folder, `${name}.idl`), "utf8"));
}

function mergeDictionaries(definitions) {
  const merged = new Map();
  for (const definition of definitions) {
    const known = merged.get(definition.name) ?? { name: definition.name, parent: null, members: [] };
    known.parent ??= definition.inheritance ?? null;
    known.members.push(...definition.members);
    merged.set(definition.name, known);
  }
  for (const dictionary of merged.values()) {
    dictionary.members.sort(byCodePoint);
  }
  return merged;
}

function mergeInterfaces(definitions) {
  const merged = new Map();
  for (const definition of definitions) {
    const { name, inheritance, members, extAttrs } = definition;
    if (name in leftOut) {
      continue;
    }
    const known = merged.get(name) ?? { name, parent: null, members: [], secureContext: false };
    known.parent ??= inheritance ?? null;
    known.secureContext ||= extAttrs.some((attribute) => attribute.name === "SecureContext");
    known.members.push(...members.filter((member) => !(`${name}.${member.name}` in leftOut)));
    merged.set(name, known);
  }
  return merged;
}

/** Parents before children, else in the order of the specifications. */
function inOrder(interfaces) {
  const done = new Map();
  const add = (definition) => {
    const parent = interfaces.get(definition.parent);
    if (parent && !done.has(parent.name)) {
      add(parent);
    }
    done.set(definition.name, definition);
  };
  [...interfaces.values()].forEach(add);
  return [...done.values()];
}

/** Everything the emitters need. Throws on IDL that nobody decided about. */
export function readModel() {
  const own = [...specifications.flatMap(read), ...parse(legacy), ...parse(drafts)];
  const all = [...own, ...supporting.flatMap(read)];
  const ofType = (list, type) => list.filter((definition) => definition.type === type);
  // A later definition replaces an earlier one.
  const named = (type) => new Map(ofType(all, type).map((definition) => [definition.name, definition]));
  const merged = mergeInterfaces(ofType(own, "interface"));
  for (const { target } of ofType(own, "includes")) {
    if (!(target in leftOut)) {
      throw new Error(`${target} includes a mixin, which the generator does not merge`);
    }
  }
  const isNative = (definition) => definition.name in natives;
  return {
    dictionaries: mergeDictionaries(ofType(all, "dictionary")),
    enumerations: named("enum"),
    typedefs: named("typedef"),
    callbacks: named("callback"),
    interfaces: inOrder(new Map([...merged].filter(([, definition]) => !isNative(definition)))),
    natives: [...merged.values()].filter(isNative),
  };
}
