/** Constraint dictionaries of mediacapture-main, converted as Web IDL says. Members that nobody knows are ignored. */

export interface RangeConstraint {
  type: "range";
  min?: number;
  max?: number;
  exact?: number;
  ideal?: number;
}

export interface FlagConstraint {
  type: "flag";
  exact?: boolean;
  ideal?: boolean;
}

export interface TextConstraint {
  type: "text";
  exact?: string[];
  ideal?: string[];
}

export type Constraint = RangeConstraint | FlagConstraint | TextConstraint;

export type ConstraintSet = Map<string, Constraint>;

export interface Constraints {
  basic: ConstraintSet;
  advanced: ConstraintSet[];
}

type Member = { type: "range"; integer: boolean } | { type: "flag" } | { type: "text" };

const integer: Member = { type: "range", integer: true };
const real: Member = { type: "range", integer: false };
const flag: Member = { type: "flag" };
const text: Member = { type: "text" };

/** Every constrainable property, in the order of conversion. */
const MEMBERS: readonly [string, Member][] = [
  ["aspectRatio", real],
  ["autoGainControl", flag],
  ["channelCount", integer],
  ["deviceId", text],
  ["displaySurface", text],
  ["echoCancellation", flag],
  ["facingMode", text],
  ["frameRate", real],
  ["groupId", text],
  ["height", integer],
  ["latency", real],
  ["noiseSuppression", flag],
  ["resizeMode", text],
  ["sampleRate", integer],
  ["sampleSize", integer],
  ["width", integer],
];

/** Names for `getSupportedConstraints()`. */
export const SUPPORTED: readonly string[] = MEMBERS.map(([name]) => name);

/** Converts a `MediaTrackConstraints`. Throws `TypeError`. */
export function readConstraints(value: unknown): Constraints {
  const dictionary = asDictionary(value, "constraints");
  const advanced: ConstraintSet[] = [];
  if (dictionary?.advanced !== undefined) {
    const list = dictionary.advanced;
    if (typeof list !== "object" || list === null || !(Symbol.iterator in list)) {
      throw new TypeError("advanced is not a sequence");
    }
    for (const one of list as Iterable<unknown>) advanced.push(readSet(asDictionary(one, "advanced"), "exact"));
  }
  return { basic: readSet(dictionary, "ideal"), advanced };
}

function asDictionary(value: unknown, what: string): Record<string, unknown> | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object" && typeof value !== "function") throw new TypeError(`${what} is not a dictionary`);
  return value as Record<string, unknown>;
}

/** Bare values are ideal in the basic set and exact in advanced ones. */
function readSet(dictionary: Record<string, unknown> | null, bare: "ideal" | "exact"): ConstraintSet {
  const set: ConstraintSet = new Map();
  if (!dictionary) return set;
  for (const [name, member] of MEMBERS) {
    const value = dictionary[name];
    if (value !== undefined) set.set(name, readMember(member, value, bare));
  }
  return set;
}

function readMember(member: Member, value: unknown, bare: "ideal" | "exact"): Constraint {
  switch (member.type) {
    case "range": {
      const number = member.integer ? toInteger : toReal;
      const constraint: RangeConstraint = { type: "range" };
      if (typeof value !== "object") constraint[bare] = number(value);
      else copy(value, ["exact", "ideal", "max", "min"], (key, one) => (constraint[key] = number(one)));
      return constraint;
    }
    case "flag": {
      const constraint: FlagConstraint = { type: "flag" };
      if (typeof value !== "object") constraint[bare] = Boolean(value);
      else copy(value, ["exact", "ideal"], (key, one) => (constraint[key] = Boolean(one)));
      return constraint;
    }
    case "text": {
      const constraint: TextConstraint = { type: "text" };
      if (typeof value !== "object" || isIterable(value)) constraint[bare] = toTexts(value);
      else copy(value, ["exact", "ideal"], (key, one) => (constraint[key] = toTexts(one)));
      return constraint;
    }
  }
}

function copy<Key extends string>(value: object | null, keys: Key[], put: (key: Key, value: unknown) => void): void {
  for (const key of keys) {
    const one = (value as Record<string, unknown> | null)?.[key];
    if (one !== undefined) put(key, one);
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function toTexts(value: unknown): string[] {
  return isIterable(value) ? Array.from(value, String) : [String(value)];
}

function toReal(value: unknown): number {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError("a constraint is not a finite number");
  return number;
}

/** `[Clamp] unsigned long`. */
function toInteger(value: unknown): number {
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.round(Math.min(Math.max(number, 0), 0xffff_ffff));
}
