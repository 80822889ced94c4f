// The owner's first page: every room, what state it is in and what to do next.
import { LogOut, Plus } from "lucide-preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Button } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { api, Refusal } from "../core/api.ts";
import { useLoaded } from "../core/load.ts";
import type { RoomSummary, Site } from "../protocol.gen.ts";
import { owner } from "./calls.ts";
import { EndRoom, Forget, RoomLinks } from "./dialogs.tsx";
import { groups } from "./groups.ts";
import { NewRoom } from "./NewRoom.tsx";
import { type Asked, RoomRow } from "./RoomRow.tsx";
import "./dashboard.css";

const REFRESH_MS = 4000;

export function Dashboard() {
  const [site, retry] = useLoaded(api.site);
  if (site.state === "loading")
    return (
      <Page title="Rooms">
        <Skeleton words="Loading the rooms" />
      </Page>
    );
  if (site.state === "refused")
    return (
      <ProblemPage
        title="The dashboard could not be loaded"
        action={<Button onClick={retry}>Try again</Button>}
      >
        <p>{(site.error as Error).message}</p>
      </ProblemPage>
    );
  return site.value.signedIn ? <Rooms site={site.value} /> : <SignedOut />;
}

function SignedOut() {
  return (
    <Page title="Sign in" width="narrow">
      <div class="stack">
        <h1>Sign in to see the rooms</h1>
        <p class="reading">
          There are no passwords here: a link that opens once signs you in. On the machine that runs the
          server, this prints one:
        </p>
        <pre class="command">liveroom sign-in</pre>
        <p class="reading quiet">
          Were you invited to an interview? Then you need no sign-in: open the link that you were sent.
        </p>
      </div>
    </Page>
  );
}

function Rooms({ site }: { site: Site }) {
  const { rooms, problem, refresh } = useRooms();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [making, setMaking] = useState(false);
  const close = () => {
    setAsked(null);
    refresh();
  };
  const newRoom = (
    <Button kind="primary" icon={Plus} onClick={() => setMaking(true)}>
      New room
    </Button>
  );

  return (
    <Page title="Rooms" home bar={<SignOut />}>
      <div class="dashboard">
        <div class="dashboard-head">
          <h1>Rooms</h1>
          {rooms && rooms.length > 0 && newRoom}
        </div>
        {site.warning && <Notice tone="warning">{site.warning}</Notice>}
        {problem && (
          <Notice tone="danger" action={<Button onClick={refresh}>Try again</Button>}>
            {problem}
          </Notice>
        )}
        {!rooms && !problem && <Skeleton lines={6} words="Loading the rooms" />}
        {rooms && <RoomList rooms={rooms} onAsk={setAsked} onChanged={refresh} newRoom={newRoom} />}
      </div>
      {making && (
        <NewRoom
          rooms={rooms ?? []}
          warning={site.warning}
          onClose={() => setMaking(false)}
          onMade={refresh}
        />
      )}
      {asked?.what === "links" && <RoomLinks room={asked.room} onClose={close} />}
      {asked?.what === "end" && <EndRoom room={asked.room} onClose={close} />}
      {asked?.what === "forget" && <Forget room={asked.room} rooms={rooms ?? []} onClose={close} />}
    </Page>
  );
}

interface RoomListProps {
  rooms: RoomSummary[];
  onAsk: (asked: Asked) => void;
  onChanged: () => void;
  newRoom: preact.ComponentChildren;
}

function RoomList({ rooms, onAsk, onChanged, newRoom }: RoomListProps) {
  if (rooms.length === 0)
    return (
      <EmptyState title="No rooms yet" action={newRoom}>
        A room is one interview. Choose an exercise and name the candidate; you get a link for each person,
        and the candidate needs no account.
      </EmptyState>
    );
  return (
    <>
      {groups(rooms).map((group) => (
        <section key={group.name} class="dashboard-group" aria-labelledby={`group-${group.name}`}>
          <h2 id={`group-${group.name}`}>
            {group.name} <span class="quiet tabular">{group.rooms.length}</span>
          </h2>
          <ul class="room-list">
            {group.rooms.map((room) => (
              <RoomRow
                key={room.room}
                room={room}
                takeHome={rooms.find((other) => other.room === room.continues)}
                onAsk={onAsk}
                onChanged={onChanged}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function SignOut() {
  const leave = async () => {
    try {
      await owner.signOut();
    } finally {
      location.assign("/");
    }
  };
  return (
    <Button kind="quiet" icon={LogOut} onClick={leave}>
      Sign out
    </Button>
  );
}

/** The list of rooms, asked for again every few seconds while somebody looks. */
function useRooms() {
  const [rooms, setRooms] = useState<RoomSummary[] | null>(null);
  const [problem, setProblem] = useState("");

  const refresh = useCallback(async () => {
    try {
      setRooms(await owner.rooms());
      setProblem("");
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) location.reload();
      setProblem((error as Error).message);
    }
  }, []);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void refresh();
    };
    void refresh();
    const interval = setInterval(look, REFRESH_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(interval);
      document.removeEventListener("visibilitychange", look);
    };
  }, [refresh]);

  return { rooms, problem, refresh: () => void refresh() };
}
