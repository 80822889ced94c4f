// In which file the others are, as their pages say: for the marks on the files' tabs. Pure.

import type { Person } from "../protocol.gen.ts";
import { MAIN_FILE } from "../protocol.gen.ts";
import { fileIn } from "./following.ts";

/** The people in each file, each once. Whose a state is comes from the server's list alone. */
export type Whereabouts = ReadonlyMap<string, readonly Person[]>;

export function whereOthersAre(
  states: ReadonlyMap<number, Record<string, unknown>>,
  people: readonly Person[],
  you: string | null,
): Whereabouts {
  const where = new Map<string, Person[]>();
  for (const [client, state] of states) {
    const person = people.find((one) => one.clients?.includes(client));
    if (person === undefined || person.participant === you) {
      continue;
    }
    // A client that knows of one text alone is in the first file.
    const file = fileIn(state) ?? MAIN_FILE;
    const there = where.get(file) ?? [];
    if (!there.includes(person)) {
      where.set(file, [...there, person]);
    }
  }
  return where;
}
