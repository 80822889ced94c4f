// On the candidate's last page: the question, or the way to the result; nothing at all where there is neither.

import { FileText } from "lucide-preact";
import { LinkButton } from "../components/Button.tsx";
import { useLoaded } from "../core/load.ts";
import { addressOf } from "../core/router.ts";
import { ownTyping } from "./calls.ts";
import { Situation } from "./Situation.tsx";

export function TypingLink({ room, token }: { room: string; token: string }) {
  const [loaded] = useLoaded(() => ownTyping.get(room, token));
  if (loaded.state !== "there" || loaded.value.state === "none") return null;
  const { state, opens, opened } = loaded.value;
  return (
    <section class="stack" aria-labelledby="typing">
      <h2 id="typing">Your typing</h2>
      {state === "ask" ? (
        <Situation
          room={room}
          token={token}
          opens={opens}
          answered={() => location.assign(addressOf.typing(room))}
        />
      ) : (
        <>
          <p class="reading">
            {state === "reading"
              ? "Your typing was compared with your take-home’s, and only you can see the result so far."
              : `Your typing was compared with your take-home’s. ${opened ? `The panel opened the result on ${opened}.` : "The panel can see the result, and has not opened it."}`}
          </p>
          <div>
            <LinkButton
              icon={FileText}
              kind={state === "reading" ? "primary" : "plain"}
              href={addressOf.typing(room)}
            >
              Read the result
            </LinkButton>
          </div>
        </>
      )}
    </section>
  );
}
