/** Writes `generated/interfaces.ts`: the definitions that `install` reads. */
import { initial } from "./expressions.mjs";
import { isEvent, sortMembers } from "./members.mjs";

const text = JSON.stringify;

function parameter(expressions, argument) {
  const { value } = expressions.of(argument.idlType, argument.extAttrs, true);
  const parts = [`name: ${text(argument.name)}`, `type: ${value}`];
  if (argument.optional) {
    parts.push("optional: true");
  }
  if (argument.variadic) {
    parts.push("variadic: true");
  }
  if (argument.default) {
    parts.push(`initial: () => ${initial(argument.default, value)}`);
  }
  return `{ ${parts.join(", ")} }`;
}

function signature(expressions, { parameters, legacy }) {
  const list = parameters.map((argument) => parameter(expressions, argument)).join(", ");
  return `{ parameters: [${list}]${legacy ? ", legacy: true" : ""} }`;
}

function attribute(expressions, member) {
  const { value } = expressions.of(member.idlType, member.extAttrs, !member.readonly);
  return `{ name: ${text(member.name)}, type: ${value}${member.readonly ? ", readonly: true" : ""} }`;
}

function operation(expressions, attributes, member) {
  const parts = [
    `name: ${text(member.name)}`,
    `overloads: [${member.overloads.map((overload) => signature(expressions, overload)).join(", ")}]`,
    `returns: ${expressions.of(member.returns).value}`,
  ];
  if (member.promise) {
    parts.push("promise: true");
  }
  if (member.name === "toJSON" && member.isDefault) {
    parts.push(`json: ${text(attributes.map(({ name }) => name))}`);
  }
  return `{ ${parts.join(", ")} }`;
}

function list(key, items) {
  return items.length === 0 ? [] : [`    ${key}: [`, ...items.map((item) => `      ${item},`), "    ],"];
}

function emitInterface(expressions, model, definition) {
  const members = sortMembers(definition, model);
  const lines = [`  {`, `    name: ${text(definition.name)},`];
  if (definition.parent) {
    lines.push(`    parent: ${text(definition.parent)},`);
  }
  if (definition.secureContext) {
    lines.push("    secureContext: true,");
  }
  if (isEvent(definition)) {
    const [, init] = members.constructors[0].arguments;
    lines.push(`    event: ${expressions.of(init.idlType, [], true).value},`);
  }
  const constructors = members.constructors.map((member) =>
    signature(expressions, { parameters: member.arguments, legacy: false }),
  );
  lines.push(
    ...list("construct", constructors),
    ...list("attributes", members.attributes.map((member) => attribute(expressions, member))),
    ...list("handlers", members.handlers.map(text)),
    ...list("operations", members.operations.map((member) => operation(expressions, members.attributes, member))),
    ...list("statics", members.statics.map((member) => operation(expressions, members.attributes, member))),
  );
  if (members.maplike) {
    lines.push(`    maplike: ${expressions.of(members.maplike.idlType[0]).value},`);
  }
  return [...lines, "  },"];
}

function emitNative(expressions, model, definition) {
  const members = sortMembers(definition, model);
  return [
    "  {",
    `    name: ${text(definition.name)},`,
    "    attributes: [",
    ...members.attributes.map((member) => `      ${attribute(expressions, member)},`),
    "    ],",
    "    operations: [",
    ...members.operations.map((member) => `      ${operation(expressions, members.attributes, member)},`),
    "    ],",
    "  },",
  ];
}

function emitDictionary(expressions, model, name) {
  const { parent, members } = model.dictionaries.get(name);
  const lines = members.map((member) => {
    const { value } = expressions.of(member.idlType, member.extAttrs);
    const parts = [`name: ${text(member.name)}`, `type: ${value}`];
    if (member.required) {
      parts.push("required: true");
    }
    if (member.default) {
      parts.push(`initial: () => ${initial(member.default, value)}`);
    }
    return `  { ${parts.join(", ")} },`;
  });
  return [`const ${name} = dictionary(${text(name)}, ${parent ?? "null"}, [`, ...lines, "]);"];
}

const modules = {
  "../runtime/compound": ["callback", "dictionary", "frozenArray", "nullable", "sequence", "union"],
  "../runtime/native": ["native"],
  "../runtime/numbers": ["double", "long", "octet", "unrestrictedDouble", "unsignedLong", "unsignedLongLong", "unsignedShort"],
  "../runtime/slots": ["platform"],
  "../runtime/types": ["any", "arrayBuffer", "arrayBufferView", "boolean", "DOMString", "enumeration", "nothing", "object", "USVString"],
};

function imports(body) {
  const lines = Object.entries(modules).flatMap(([module, names]) => {
    const used = names.filter((name) => new RegExp(`(?<![\\w".])${name}(?![\\w":])`).test(body));
    return used.length === 0 ? [] : [`import { ${used.join(", ")} } from "${module}";`];
  });
  return [
    ...lines,
    'import type { InterfaceDefinition } from "../runtime/interface";',
    'import type { NativeDefinition } from "../runtime/native";',
  ];
}

/** The text of the file, without its first line. */
export function emitInterfaces(expressions, model) {
  const interfaces = model.interfaces.flatMap((definition) => emitInterface(expressions, model, definition));
  const natives = model.natives.flatMap((definition) => emitNative(expressions, model, definition));
  const body = [
    ...[...expressions.enumerations].map(
      (name) => `const ${name} = enumeration(${text(name)}, ${text(model.enumerations.get(name).values.map(({ value }) => value))});`,
    ),
    "",
    ...[...expressions.dictionaries].flatMap((name) => emitDictionary(expressions, model, name)),
    "",
    ...[...expressions.callbacks].map(
      (name) => `const ${name} = callback(${[text(name), ...expressions.callbackParameters(name)].join(", ")});`,
    ),
    "",
    "/** The interfaces that are ours, parents first. */",
    "export const interfaces: readonly InterfaceDefinition[] = [",
    ...interfaces,
    "];",
    "",
    "/** What can be replaced of the webview's interfaces. */",
    "export const natives: readonly NativeDefinition[] = [",
    ...natives,
    "];",
    "",
  ].join("\n");
  return [...imports(body), "", body].join("\n");
}
