// The report's facts in two heaps: what the room was, and the moments in it that can be opened. Pure.

import type { Fact, Report } from "../protocol.gen.ts";

/** These say what the room was, though they have an instant too. */
const OF_THE_ROOM: readonly string[] = ["Began", "Ended"];

export interface Facts {
  room: Fact[];
  moments: (Fact & { atUs: number })[];
  /** The instant from which moments are counted, as in the replay. */
  startUs: number;
}

export function factsOf(report: Report): Facts {
  const isMoment = (fact: Fact): fact is Fact & { atUs: number } =>
    fact.atUs !== undefined && !OF_THE_ROOM.includes(fact.label);
  return {
    room: report.facts.filter((fact) => !isMoment(fact)),
    moments: report.facts.filter(isMoment).sort((a, b) => a.atUs - b.atUs),
    startUs: report.startUs ?? 0,
  };
}
