// A run's outputs in order; of very many the first and the last, and the rest as it is asked for.

import { useState } from "preact/hooks";
import { plural } from "../../core/format.ts";
import type { Person, SlottedOutput } from "../../protocol.gen.ts";
import type { BlobCache } from "./blobs.ts";
import { folded, OUTPUTS_FOLD } from "./fold.ts";
import { OutputView } from "./OutputView.tsx";

/** Each may be a table or a picture: so many more are drawn without a wait that is felt. */
const MORE = 100;

interface OutputListProps {
  outputs: readonly SlottedOutput[];
  blobs: BlobCache;
  people: readonly Person[];
  about: string;
  name: string;
}

export function OutputList({ outputs, blobs, people, about, name }: OutputListProps) {
  const [unfolded, setUnfolded] = useState(0);
  const hidden = folded(outputs.length, OUTPUTS_FOLD, unfolded);
  const draw = (from: number, to: number) =>
    outputs
      .slice(from, to)
      .map(({ output }, at) => (
        <OutputView
          key={from + at}
          output={output}
          blobs={blobs}
          people={people}
          about={about}
          name={`${name}.${from + at}`}
        />
      ));
  if (hidden === null) {
    return <>{draw(0, outputs.length)}</>;
  }
  const left = hidden.to - hidden.from;
  return (
    <>
      {draw(0, hidden.from)}
      <button type="button" class="fold" onClick={() => setUnfolded(unfolded + MORE)}>
        {left > MORE
          ? `Show ${MORE} more of ${plural(outputs.length, "output")}`
          : `Show all ${plural(outputs.length, "output")}`}
      </button>
      {draw(hidden.to, outputs.length)}
    </>
  );
}
