/** Writes `generated/types.ts`: what implementations must look like, in terms of IDL values. */
import { isEvent, sortMembers } from "./members.mjs";

const text = JSON.stringify;

function parameters(expressions, list) {
  return list.map((argument) => {
    const { type } = expressions.of(argument.idlType, argument.extAttrs, true);
    if (argument.variadic) {
      return `...${argument.name}: ${type}[]`;
    }
    return argument.optional && !argument.default
      ? `${argument.name}?: ${type}`
      : `${argument.name}: ${type}`;
  });
}

/** Overloads of equal length become one method whose parameters are unions. */
function mergedParameters(expressions, modern) {
  const lists = modern.map((overload) => parameters(expressions, overload.arguments));
  if (lists.length === 1) {
    return lists[0].join(", ");
  }
  return lists[0]
    .map((first, index) => {
      const types = lists.map((list) => list[index].slice(list[index].indexOf(":") + 2));
      return `${first.slice(0, first.indexOf(":"))}: ${[...new Set(types)].join(" | ")}`;
    })
    .join(", ");
}

function method(expressions, member) {
  const { type } = expressions.of(member.returns);
  const result = member.promise ? `Promise<${type}>` : type;
  return `${member.name}(${mergedParameters(expressions, member.modern)}): ${result};`;
}

function attribute(expressions, member) {
  const { type } = expressions.of(member.idlType, member.extAttrs, !member.readonly);
  return `${member.readonly ? "readonly " : ""}${member.name}: ${type};`;
}

function emitImplementation(expressions, model, definition) {
  const members = sortMembers(definition, model);
  const inherits = model.interfaces.some(({ name }) => name === definition.parent);
  const lines = members.attributes.map((member) => attribute(expressions, member));
  const own = members.operations.filter((member) => !(member.name === "toJSON" && member.isDefault));
  lines.push(...own.map((member) => method(expressions, member)));
  if (members.maplike) {
    lines.push("readonly map: ReadonlyMap<string, object>;");
  }
  const parent = inherits ? ` extends ${definition.parent}Impl` : "";
  return [
    `/** Implements ${definition.name}. */`,
    `export interface ${definition.name}Impl${parent} {`,
    ...lines.map((line) => `  ${line}`),
    "}",
  ];
}

function emitClass(expressions, model, definition) {
  const members = sortMembers(definition, model);
  const [constructor] = members.constructors;
  const wrapper = definition.parent === "EventTarget" ? "EventTarget" : "object";
  const first = constructor
    ? `new (${[`wrapper: ${wrapper}`, ...parameters(expressions, constructor.arguments)].join(", ")}): ${definition.name}Impl;`
    : `readonly prototype: ${definition.name}Impl;`;
  return [
    `  ${definition.name}: {`,
    `    ${first}`,
    ...members.statics.map((member) => `    ${method(expressions, member)}`),
    "  };",
  ];
}

function inherited(model, name) {
  const { parent, members } = model.dictionaries.get(name);
  return [...(parent ? inherited(model, parent) : []), ...members];
}

function emitEventInit(expressions, model, definition) {
  const [, init] = sortMembers(definition, model).constructors[0].arguments;
  const members = inherited(model, init.idlType.idlType).map((member) => {
    const { type } = expressions.of(member.idlType, member.extAttrs, true);
    return `${member.name}${member.required ? "" : "?"}: ${type};`;
  });
  return [`  ${definition.name}: {`, ...members.map((member) => `    ${member}`), "  };"];
}

function emitDictionary(expressions, model, name) {
  const { parent, members } = model.dictionaries.get(name);
  const incoming = expressions.incoming.has(name);
  const lines = members.map((member) => {
    const { type } = expressions.of(member.idlType, member.extAttrs);
    const present = member.required || (incoming && member.default);
    return `  ${member.name}${present ? "" : "?"}: ${type};`;
  });
  const head = parent ? `${name} extends ${parent}` : name;
  // An interface without members is one any value fits, so linters want it written as a type.
  return lines.length === 0
    ? [`export type ${name} = ${parent ?? "object"};`]
    : [`export interface ${head} {`, ...lines, "}"];
}

function emitPatch(expressions, model, definition) {
  const members = sortMembers(definition, model);
  return [
    `  ${definition.name}: {`,
    `    target: ${definition.name};`,
    "    members: {",
    ...members.attributes.map((member) => `      ${attribute(expressions, member)}`),
    ...members.operations.map((member) => `      ${method(expressions, member)}`),
    "    };",
    "  };",
  ];
}

/** The text of the file, without its first line. */
export function emitTypes(expressions, model) {
  const plain = model.interfaces.filter((definition) => !isEvent(definition));
  const events = model.interfaces.filter(isEvent);
  const section = (comment, name, blocks) => ["", `/** ${comment} */`, `export interface ${name} {`, ...blocks, "}"];
  const tail = [
    ...plain.flatMap((definition) => emitImplementation(expressions, model, definition)),
    ...section(
      "Implementation objects by interface.",
      "Implementations",
      plain.map(({ name }) => `  ${name}: ${name}Impl;`),
    ),
    ...section(
      "What `implement` takes: the class, with a constructor where pages may construct it, and its static operations.",
      "Classes",
      plain.flatMap((definition) => emitClass(expressions, model, definition)),
    ),
    ...section(
      "What the events of ours are made of.",
      "EventInits",
      events.flatMap((definition) => emitEventInit(expressions, model, definition)),
    ),
    ...section(
      "What `patch` takes.",
      "Patches",
      model.natives.flatMap((definition) => emitPatch(expressions, model, definition)),
    ),
  ];
  const enumerations = [...expressions.enumerations].map(
    (name) => `export type ${name} = ${model.enumerations.get(name).values.map(({ value }) => text(value)).join(" | ")};`,
  );
  const dictionaries = [...expressions.dictionaries].flatMap((name) => emitDictionary(expressions, model, name));
  return [...enumerations, "", ...dictionaries, "", ...tail, ""].join("\n");
}
