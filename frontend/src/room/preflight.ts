// What must work for an interview, checked one after the other before it. Pure.

import { plural } from "../core/format.ts";
import { runTime } from "../core/text.ts";
import type { Link } from "./link.ts";
import type { Run } from "./state.ts";

/** `checking`: under way; `waiting`: for the one before it. */
export type StepState = "waiting" | "checking" | "fine" | "wrong";

export interface Step {
  readonly name: string;
  readonly state: StepState;
  /** What was found, and where it is wrong what to do. */
  readonly words: string;
}

export interface BrowserFacts {
  /** What the room needs and this browser does not have. */
  readonly missing: readonly string[];
  readonly secure: boolean;
  /** The smallest step of the browser's clock. */
  readonly clockStepUs: number;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface Facts {
  readonly browser: BrowserFacts;
  /** How long the server took to answer, or the reason why it did not; null before either. */
  readonly server: { readonly ms: number } | { readonly problem: string } | null;
  readonly link: Link;
  /** Where websockets have to be let through to. */
  readonly address: ServerAddress;
  /** The editor shows the room's text. */
  readonly editor: boolean;
  readonly run: Run | null;
  /** Why the run was not taken. */
  readonly refused: string | null;
}

/** Every step in order. Those that build on a step that is not fine wait for it. */
export function stepsOf(facts: Facts): readonly Step[] {
  const steps = [
    browserStep(facts),
    serverStep(facts),
    socketStep(facts),
    editorStep(facts),
    cellStep(facts),
  ];
  // The browser's step stands alone: where it is wrong, the others still say how far it gets.
  const stop = steps.findIndex((step, at) => at > 0 && step.state !== "fine");
  return steps.map((step, at) => (stop >= 0 && at > stop ? { ...step, state: "waiting", words: "" } : step));
}

/** How it stands, in few words. */
export function verdict(steps: readonly Step[]): string {
  if (steps.some((step) => step.state === "wrong")) {
    return "Something is in the way";
  }
  return steps.every((step) => step.state === "fine")
    ? "Everything works from here"
    : "Checking what works from here";
}

function browserStep({ browser: { missing, secure, clockStepUs } }: Facts): Step {
  const name = "Browser";
  if (missing.length > 0) {
    const words = `This browser lacks ${missing.join(", ")}. Use a current Chrome, Edge, Firefox or Safari.`;
    return { name, state: "wrong", words };
  }
  const clock = `its clock is exact to ${clockStepUs / 1000} ms`;
  const words = secure
    ? `Has what the room needs; ${clock}`
    : `Has what the room needs; the address is not secure (https), so ${clock}`;
  return { name, state: "fine", words };
}

function serverStep({ server }: Facts): Step {
  const name = "Server";
  if (server === null) {
    return { name, state: "checking", words: "Asking" };
  }
  return "problem" in server
    ? { name, state: "wrong", words: server.problem }
    : { name, state: "fine", words: `Answers in ${plural(Math.round(server.ms), "millisecond")}` };
}

function socketStep({ link, address }: Facts): Step {
  const name = "Live connection";
  if (link.phase === "online") {
    return { name, state: "fine", words: "A websocket is open" };
  }
  if (link.problem === null) {
    return { name, state: "checking", words: "Opening a websocket" };
  }
  const words = link.phase === "ended" ? link.problem : blockedWords(address);
  return { name, state: "wrong", words };
}

/** What somebody behind a proxy can ask for, word for word, and the way out when there is no time to ask. */
export function blockedWords({ host, port }: ServerAddress): string {
  return (
    `The server answers, but something between it and you blocks websockets. Ask your IT department to allow websockets (wss) to ${host} on port ${port}. ` +
    "If there is no time for that, a phone's hotspot is a way out. This page keeps trying."
  );
}

function editorStep({ editor }: Facts): Step {
  return {
    name: "Editor",
    state: editor ? "fine" : "checking",
    words: editor ? "Shows the shared text" : "Fetching the text",
  };
}

function cellStep({ run, refused }: Facts): Step {
  const name = "Python";
  if (refused !== null) {
    return { name, state: "wrong", words: refused };
  }
  switch (run?.state) {
    case undefined:
    case "queued":
      return { name, state: "checking", words: "Waiting for a kernel" };
    case "running":
      return { name, state: "checking", words: "Running a cell" };
    case "ok": {
      const took = (run.finishedAtUs ?? 0) - (run.startedAtUs ?? 0);
      return { name, state: "fine", words: `Ran a cell in ${runTime(took)}` };
    }
    default:
      return {
        name,
        state: "wrong",
        words: run?.reason ?? "The cell did not run to its end. Open this page again in a minute.",
      };
  }
}
