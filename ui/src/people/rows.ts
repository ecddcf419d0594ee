import type { CallView } from "../contract/CallView";
import type { PersonView } from "../contract/PersonView";

export type PeopleGroup = "presenting" | "hands" | "inMeeting";

/** What the list shows below each other. */
export type PeopleRow =
  | { kind: "heading"; key: string; group: PeopleGroup; count: number }
  | { kind: "me"; key: string }
  | { kind: "person"; key: string; person: PersonView };

export const HEADING_PX = 32;
export const ROW_PX = 48;

export function rowHeight({ kind }: PeopleRow): number {
  return kind === "heading" ? HEADING_PX : ROW_PX;
}

/** Everybody once: who presents, whose hand is up in its order, the others in the order of joining. */
export function peopleRows(view: CallView, query: string): PeopleRow[] {
  const wanted = query.trim().toLocaleLowerCase();
  const matches = (name: string) => wanted === "" || name.toLocaleLowerCase().includes(wanted);
  const presents = ({ id }: PersonView) => view.share?.personId === id;
  const wePresent = view.me.share.state === "live";
  const people = view.people.filter(({ name }) => matches(name));
  const me = matches(view.me.name);
  const raised = people
    .filter((person) => person.hand !== null && !presents(person))
    .map((person) => ({ place: person.hand ?? 0, row: rowOf(person) }));
  if (me && view.me.hand !== null && !wePresent) raised.push({ place: view.me.hand, row: ME });
  const rows: PeopleRow[] = [];
  const add = (group: PeopleGroup, found: PeopleRow[]) => {
    if (found.length > 0) rows.push({ kind: "heading", key: `heading ${group}`, group, count: found.length }, ...found);
  };
  add("presenting", [...(me && wePresent ? [ME] : []), ...people.filter(presents).map(rowOf)]);
  add("hands", raised.sort((a, b) => a.place - b.place).map(({ row }) => row));
  const rest = people.filter((person) => person.hand === null && !presents(person)).map(rowOf);
  add("inMeeting", [...(me && !wePresent && view.me.hand === null ? [ME] : []), ...rest]);
  return rows;
}

const ME: PeopleRow = { kind: "me", key: "me" };

/** The same row for the same person, so that a list drawn again finds what it has drawn. */
const known = new WeakMap<PersonView, PeopleRow>();

function rowOf(person: PersonView): PeopleRow {
  const old = known.get(person);
  if (old) return old;
  const row: PeopleRow = { kind: "person", key: `person ${person.id}`, person };
  known.set(person, row);
  return row;
}
