/** The SelectSettings algorithm of mediacapture-main. */
import type { TrackSettings } from "../../wire/contract";
import type { Ability } from "./ability";
import type { Constraints, ConstraintSet, RangeConstraint } from "./dictionary";

/** A required constraint that cannot be met. */
export class Unmet extends Error {
  readonly constraint: string;

  constructor(constraint: string) {
    super(`${constraint} cannot be met`);
    this.constraint = constraint;
  }
}

interface Range {
  min: number;
  max: number;
}

/** What is left of an ability after the required constraints. */
interface Room {
  ranges: Map<string, Range>;
  flags: Map<string, readonly boolean[]>;
  texts: Map<string, readonly string[]>;
}

export interface Selected<Source> {
  source: Source;
  settings: TrackSettings;
}

/** Chooses the source that fits best, the first of equals, and what to ask of it. Throws {@link Unmet}. */
export function selectSettings<Source>(
  sources: readonly { source: Source; ability: Ability }[],
  constraints: Constraints,
): Selected<Source> {
  let best: { source: Source; room: Room; distance: number } | null = null;
  let unmet: Unmet | null = null;
  for (const { source, ability } of sources) {
    try {
      const room = roomOf(ability, constraints);
      const distance = fitness(room, constraints.basic);
      if (!best || distance < best.distance) best = { source, room, distance };
    } catch (error) {
      if (!(error instanceof Unmet)) throw error;
      if (!unmet || isIdentity(unmet.constraint)) unmet = error;
    }
  }
  if (!best) throw unmet ?? new Unmet("");
  return { source: best.source, settings: ask(best.room, constraints) };
}

/** Whether settings as they came out meet the required constraints: the name of one that is not met. */
export function unmetBy(settings: MediaTrackSettings, { basic }: Constraints): string | null {
  const values = settings as Record<string, unknown>;
  for (const [name, constraint] of basic) {
    const value = values[name];
    if (value === undefined) continue;
    if (constraint.type === "range" && typeof value === "number") {
      const { min, max } = required(constraint);
      const slack = name === "width" || name === "height" ? 0 : 0.01 * value + 0.01;
      if (value < min - slack || value > max + slack) return name;
    }
    if (constraint.type === "flag" && constraint.exact !== undefined && constraint.exact !== value) return name;
  }
  return null;
}

function isIdentity(name: string): boolean {
  return name === "deviceId" || name === "groupId";
}

function roomOf(ability: Ability, constraints: Constraints): Room {
  let room: Room = {
    ranges: new Map(ability.ranges),
    flags: new Map([...ability.flags].map((name) => [name, [true, false]])),
    texts: new Map(ability.texts),
  };
  room = narrow(room, constraints.basic);
  for (const set of constraints.advanced) {
    try {
      room = narrow(room, set);
    } catch (error) {
      if (!(error instanceof Unmet)) throw error;
    }
  }
  return room;
}

function required({ min, max, exact }: RangeConstraint): Range {
  return { min: exact ?? min ?? -Infinity, max: exact ?? max ?? Infinity };
}

/** The room that a set's required constraints leave. Properties that the source does not have are not looked at. */
function narrow(room: Room, set: ConstraintSet): Room {
  const left: Room = { ranges: new Map(room.ranges), flags: new Map(room.flags), texts: new Map(room.texts) };
  for (const [name, constraint] of set) {
    if (constraint.type === "range") {
      const range = left.ranges.get(name);
      if (!range) continue;
      const { min, max } = required(constraint);
      const next = { min: Math.max(range.min, min), max: Math.min(range.max, max) };
      if (next.min > next.max) throw new Unmet(name);
      left.ranges.set(name, next);
    } else if (constraint.type === "flag") {
      const values = left.flags.get(name);
      const { exact } = constraint;
      if (!values || exact === undefined) continue;
      if (!values.includes(exact)) throw new Unmet(name);
      left.flags.set(name, [exact]);
    } else {
      const values = left.texts.get(name);
      const { exact } = constraint;
      if (!values || exact === undefined) continue;
      const next = values.filter((value) => exact.includes(value));
      if (next.length === 0) throw new Unmet(name);
      left.texts.set(name, next);
    }
  }
  checkShape(left);
  return left;
}

/** Width, height and aspect ratio must go together. */
function checkShape({ ranges }: Room): void {
  const [width, height, ratio] = [ranges.get("width"), ranges.get("height"), ranges.get("aspectRatio")];
  if (!width || !height || !ratio) return;
  const slack = 0.001;
  if (width.max / height.min < ratio.min - slack || width.min / height.max > ratio.max + slack) {
    throw new Unmet("aspectRatio");
  }
}

function fitness(room: Room, basic: ConstraintSet): number {
  let distance = 0;
  for (const [name, constraint] of basic) {
    if (constraint.ideal === undefined) continue;
    if (constraint.type === "range") {
      const range = room.ranges.get(name);
      if (!range) continue;
      const { ideal } = constraint;
      const actual = clamp(ideal, range);
      if (actual !== ideal) distance += Math.abs(actual - ideal) / Math.max(Math.abs(actual), Math.abs(ideal));
    } else if (constraint.type === "flag") {
      if (room.flags.get(name)?.includes(constraint.ideal) === false) distance += 1;
    } else {
      const values = room.texts.get(name);
      const { ideal } = constraint;
      if (values && !values.some((value) => ideal.includes(value))) distance += 1;
    }
  }
  return distance;
}

function clamp(value: number, { min, max }: Range): number {
  return Math.min(Math.max(value, min), max);
}

const DEFAULT_WIDTH = 640;
const DEFAULT_HEIGHT = 480;

/** What to ask of the source; what nothing was said about is left to the engine. */
function ask(room: Room, { basic, advanced }: Constraints): TrackSettings {
  const sets = [basic, ...advanced];
  const said = (name: string): RangeConstraint[] =>
    sets.flatMap((set) => {
      const constraint = set.get(name);
      return constraint?.type === "range" ? [constraint] : [];
    });
  const value = (name: string, otherwise: number): number | null => {
    const range = room.ranges.get(name);
    const all = said(name);
    if (!range || all.length === 0) return null;
    return clamp(all.find(({ ideal }) => ideal !== undefined)?.ideal ?? otherwise, range);
  };
  const flag = (name: string): boolean | null => {
    const values = room.flags.get(name);
    if (!values) return null;
    if (values.length === 1) return values[0] ?? null;
    const constraint = basic.get(name);
    return constraint?.type === "flag" ? (constraint.ideal ?? null) : null;
  };
  const { width, height } = size(room, value);
  return {
    deviceId: room.texts.get("deviceId")?.[0] ?? null,
    width,
    height,
    frameRate: value("frameRate", 30),
    echoCancellation: flag("echoCancellation"),
    noiseSuppression: flag("noiseSuppression"),
    autoGainControl: flag("autoGainControl"),
  };
}

function size(
  { ranges }: Room,
  value: (name: string, otherwise: number) => number | null,
): { width: number | null; height: number | null } {
  let width = value("width", DEFAULT_WIDTH);
  let height = value("height", DEFAULT_HEIGHT);
  const ratio = value("aspectRatio", DEFAULT_WIDTH / DEFAULT_HEIGHT);
  const [widths, heights, ratios] = [ranges.get("width"), ranges.get("height"), ranges.get("aspectRatio")];
  if (!widths || !heights || !ratios) return { width, height };
  if (ratio !== null) {
    if (width === null && height === null) width = DEFAULT_WIDTH;
    if (width !== null && height === null) height = clamp(width / ratio, heights);
    else if (height !== null && width === null) width = clamp(height * ratio, widths);
    else if (width !== null && height !== null && (width / height < ratios.min || width / height > ratios.max)) {
      height = clamp(width / ratio, heights);
      width = clamp(height * ratio, widths);
    }
  }
  return { width: width && Math.round(width), height: height && Math.round(height) };
}
