/** From a call's JavaScript arguments to IDL values: missing ones, defaults, variadics, overloads (Web IDL § 3.6). */
import { selectType } from "./compound";
import type { Type } from "./types";

/** One parameter. */
export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly optional?: true;
  readonly variadic?: true;
  /** Makes the value of an optional parameter that is not given, already an IDL value. */
  readonly initial?: () => unknown;
}

/** One overload of an operation or constructor. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  /** The old form with callbacks for success and failure: answered by the modern form (webrtc-pc § 4.4.3). */
  readonly legacy?: true;
}

/** How many arguments a signature cannot do without. */
export function requiredCount(signature: Signature): number {
  const index = signature.parameters.findIndex((parameter) => parameter.optional || parameter.variadic);
  return index < 0 ? signature.parameters.length : index;
}

/** The `length` of the function: the shortest overload counts. */
export function functionLength(signatures: readonly Signature[]): number {
  return signatures.length === 0 ? 0 : Math.min(...signatures.map(requiredCount));
}

function chooseSignature(signatures: readonly Signature[], args: readonly unknown[], what: string): Signature {
  const [only] = signatures;
  const few = functionLength(signatures);
  if (args.length < few) {
    throw new TypeError(`${what}: ${few} argument${few === 1 ? "" : "s"} required, but only ${args.length} present`);
  }
  if (only && signatures.length === 1) {
    return only;
  }
  const most = Math.max(...signatures.map((signature) => signature.parameters.length));
  const count = Math.min(args.length, most);
  const fitting = signatures.filter(
    (signature) => requiredCount(signature) <= count && count <= signature.parameters.length,
  );
  if (fitting.length === 1 && fitting[0]) {
    return fitting[0];
  }
  // Overloads of one length differ in their first parameter wherever this project's IDL has them; the generator checks.
  const chosen = fitting[selectType(fitting.flatMap(firstType), args[0])];
  if (!chosen) {
    throw new TypeError(`${what}: no overload takes these ${args.length} arguments`);
  }
  return chosen;
}

function firstType(signature: Signature): Type[] {
  const parameter = signature.parameters[0];
  return parameter ? [parameter.type] : [];
}

/** The overload meant, and its IDL values: one for each parameter, with variadic ones spread at the end. */
export function convertArguments(
  signatures: readonly Signature[],
  args: readonly unknown[],
  what: string,
): { signature: Signature; values: unknown[] } {
  const signature = chooseSignature(signatures, args, what);
  const values: unknown[] = [];
  signature.parameters.forEach((parameter, index) => {
    const label = `${what}: argument "${parameter.name}"`;
    if (parameter.variadic) {
      values.push(...args.slice(index).map((value) => parameter.type.from(value, label)));
    } else if (parameter.optional && args[index] === undefined) {
      values.push(parameter.initial ? parameter.initial() : undefined);
    } else {
      values.push(parameter.type.from(args[index], label));
    }
  });
  return { signature, values };
}
