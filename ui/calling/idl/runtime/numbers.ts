/** Web IDL's numeric types (§ 3.2.4 to 3.2.8). */
import type { Type } from "./types";

/** What `[EnforceRange]` and `[Clamp]` change. */
export type Bounds = "wrap" | "enforce" | "clamp";

function toNumber(value: unknown, what: string): number {
  if (typeof value === "symbol" || typeof value === "bigint") {
    throw new TypeError(`${what} is a ${typeof value} and cannot be made a number`);
  }
  return Number(value);
}

function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) {
    return Math.round(value);
  }
  return down % 2 === 0 ? down : down + 1;
}

function integer(name: string, bits: number, signed: boolean, bounds: Bounds): Type {
  const span = 2 ** bits;
  // 64-bit types hold what a double holds exactly (§ 3.2.4.9, step 1 and 2).
  const upper = bits === 64 ? Number.MAX_SAFE_INTEGER : signed ? span / 2 - 1 : span - 1;
  const lower = signed ? (bits === 64 ? Number.MIN_SAFE_INTEGER : -span / 2) : 0;
  return {
    kind: "numeric",
    name,
    to: (value) => value,
    from(value, what) {
      const number = toNumber(value, what);
      if (bounds === "enforce") {
        const whole = Math.trunc(number);
        if (!Number.isFinite(number) || whole < lower || whole > upper) {
          throw new TypeError(`${what}: ${number} is outside the range of ${name}`);
        }
        return whole + 0;
      }
      if (bounds === "clamp") {
        return Number.isNaN(number) ? 0 : roundHalfToEven(Math.min(Math.max(number, lower), upper)) + 0;
      }
      if (!Number.isFinite(number)) {
        return 0;
      }
      const modulo = Math.trunc(number) % span;
      const positive = (modulo < 0 ? modulo + span : modulo) + 0;
      return signed && positive >= span / 2 ? positive - span : positive;
    },
  };
}

/** `octet`, 8 bits. */
export const octet = (bounds: Bounds = "wrap"): Type => integer("octet", 8, false, bounds);
/** `unsigned short`, 16 bits. */
export const unsignedShort = (bounds: Bounds = "wrap"): Type => integer("unsigned short", 16, false, bounds);
/** `long`, 32 bits. */
export const long = (bounds: Bounds = "wrap"): Type => integer("long", 32, true, bounds);
/** `unsigned long`, 32 bits. */
export const unsignedLong = (bounds: Bounds = "wrap"): Type => integer("unsigned long", 32, false, bounds);
/** `unsigned long long`, 64 bits. */
export const unsignedLongLong = (bounds: Bounds = "wrap"): Type => integer("unsigned long long", 64, false, bounds);

export const double: Type = {
  kind: "numeric",
  name: "double",
  from(value, what) {
    const number = toNumber(value, what);
    if (!Number.isFinite(number)) {
      throw new TypeError(`${what}: ${number} is not a finite number`);
    }
    return number;
  },
  to: (value) => value,
};

export const unrestrictedDouble: Type = {
  kind: "numeric",
  name: "unrestricted double",
  from: toNumber,
  to: (value) => value,
};
