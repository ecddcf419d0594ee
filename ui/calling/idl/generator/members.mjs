/** Sorts the members of an interface by what they become. */

const promised = (idl) => idl.generic === "Promise";

function isLegacy(operation, model) {
  return operation.arguments.some(({ idlType }) => model.callbacks.has(idlType.idlType));
}

/** Members of one interface, with operations grouped by name. Throws on kinds of members that are not supported. */
export function sortMembers(definition, model) {
  const sorted = { constructors: [], attributes: [], handlers: [], operations: new Map(), statics: new Map(), maplike: null };
  for (const member of definition.members) {
    switch (member.type) {
      case "constructor":
        sorted.constructors.push(member);
        break;
      case "attribute":
        if (member.special) {
          throw new Error(`${definition.name}.${member.name}: ${member.special} attributes are not supported`);
        } else if (member.idlType.idlType === "EventHandler") {
          sorted.handlers.push(member.name);
        } else {
          sorted.attributes.push(member);
        }
        break;
      case "operation": {
        if (member.special && member.special !== "static") {
          throw new Error(`${definition.name}.${member.name}: ${member.special} is not supported`);
        }
        const list = member.special ? sorted.statics : sorted.operations;
        list.set(member.name, [...(list.get(member.name) ?? []), member]);
        break;
      }
      case "maplike":
        if (!member.readonly) {
          throw new Error(`${definition.name}: only readonly maplike is supported`);
        }
        sorted.maplike = member;
        break;
      default:
        throw new Error(`${definition.name}: ${member.type} is not supported`);
    }
  }
  return { ...sorted, operations: group(sorted.operations, model), statics: group(sorted.statics, model) };
}

function group(byName, model) {
  return [...byName].map(([name, overloads]) => {
    const modern = overloads.filter((overload) => !isLegacy(overload, model));
    const [first] = modern;
    if (modern.some((overload) => overload.arguments.length !== first.arguments.length || promised(overload.idlType))) {
      if (modern.length > 1) {
        throw new Error(`${name}: overloads that differ in length or return promises are not supported`);
      }
    }
    return {
      name,
      modern,
      overloads: overloads.map((overload) => ({ parameters: overload.arguments, legacy: isLegacy(overload, model) })),
      promise: promised(first.idlType),
      returns: promised(first.idlType) ? first.idlType.idlType[0] : first.idlType,
      isDefault: first.extAttrs.some((attribute) => attribute.name === "Default"),
    };
  });
}

/** Whether the interface is an event: then its constructor's dictionary holds its attributes. */
export function isEvent(definition) {
  return definition.parent === "Event";
}
