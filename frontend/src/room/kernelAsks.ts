// What this page asks of the live kernel: completions, help on a name, variables. Each answer goes to whoever asked.

import type { Completed, FromClient, Inspected, Unanswered, VariablesListed } from "../protocol.gen.ts";

/** The server says itself when a kernel takes too long; this is for answers that get lost. */
const PATIENCE_MS = 20_000;

type Question = Extract<FromClient, { type: "complete" | "inspect" | "list-variables" }>;
export type Answer = Completed | Inspected | VariablesListed | Unanswered;

/** A place in a cell's source, in code points: half of a pair of surrogates is no place for Python. */
export interface SourcePlace {
  readonly source: string;
  readonly cursor: number;
}

export interface KernelAsksWorld {
  send(message: Question): void;
  online(): boolean;
}

export class KernelAsks {
  private last = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private readonly world: KernelAsksWorld;

  constructor(world: KernelAsksWorld) {
    this.world = world;
  }

  async complete({ source, cursor }: SourcePlace): Promise<Completed | Unanswered> {
    return expected("completed", await this.ask({ type: "complete", ask: this.next(), source, cursor }));
  }

  async inspect({ source, cursor }: SourcePlace): Promise<Inspected | Unanswered> {
    return expected("inspected", await this.ask({ type: "inspect", ask: this.next(), source, cursor }));
  }

  async variables(): Promise<VariablesListed | Unanswered> {
    return expected("variables-listed", await this.ask({ type: "list-variables", ask: this.next() }));
  }

  /** An answer that nobody waits for any more is left alone. */
  heard(answer: Answer): void {
    this.waiting.get(answer.ask)?.(answer);
  }

  /** What was asked on a connection is answered on it or never. */
  lost(): void {
    for (const [ask, answer] of this.waiting) {
      answer(unanswered(ask, "The connection broke before the kernel answered; try again when it is back."));
    }
  }

  private next(): number {
    this.last += 1;
    return this.last;
  }

  private ask(question: Question): Promise<Answer> {
    const { ask } = question;
    if (!this.world.online()) {
      return Promise.resolve(
        unanswered(ask, "You are offline, so the kernel cannot be asked; try again when you are back."),
      );
    }
    return new Promise((resolve) => {
      const patience = setTimeout(
        () => this.waiting.get(ask)?.(unanswered(ask, "The kernel did not answer; try again.")),
        PATIENCE_MS,
      );
      this.waiting.set(ask, (answer) => {
        clearTimeout(patience);
        this.waiting.delete(ask);
        resolve(answer);
      });
      this.world.send(question);
    });
  }
}

function unanswered(ask: number, reason: string): Unanswered {
  return { type: "unanswered", ask, reason };
}

/** An answer of another kind than was asked for is none. */
function expected<Type extends Answer["type"]>(type: Type, answer: Answer) {
  const fits = answer.type === type || answer.type === "unanswered";
  const kept = fits ? answer : unanswered(answer.ask, "The kernel's answer made no sense; try again.");
  return kept as Extract<Answer, { type: Type }> | Unanswered;
}
