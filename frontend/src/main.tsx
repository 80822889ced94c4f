// Where the page begins: the theme, then the one view that the address means.
import "./styles/tokens.css";
import "./styles/base.css";
import { type ComponentChild, render } from "preact";
import { ProblemPage } from "./components/Problem.tsx";
import { ToastPlace } from "./components/Toast.tsx";
import { type Route, route } from "./core/router.ts";
import { followTheme } from "./core/theme.ts";

async function view(to: Route): Promise<ComponentChild> {
  switch (to.page) {
    case "dashboard": {
      const { Dashboard } = await import("./dashboard/Dashboard.tsx");
      return <Dashboard />;
    }
    case "sign-in": {
      const { SignIn } = await import("./join/SignIn.tsx");
      return <SignIn />;
    }
    case "join": {
      const { Join } = await import("./join/Join.tsx");
      return <Join />;
    }
    case "room": {
      const { RoomPage } = await import("./room/RoomPage.tsx");
      return <RoomPage room={to.room} />;
    }
    case "replay": {
      const { ReplayPage } = await import("./replay/ReplayPage.tsx");
      return <ReplayPage room={to.room} />;
    }
    case "report": {
      const { ReportPage } = await import("./report/ReportPage.tsx");
      return <ReportPage room={to.room} />;
    }
    case "thanks": {
      const { ThanksPage } = await import("./thanks/pages.ts");
      return <ThanksPage room={to.room} />;
    }
    case "typing": {
      const { OwnTypingPage } = await import("./thanks/pages.ts");
      return <OwnTypingPage room={to.room} />;
    }
    case "unknown":
      return (
        <ProblemPage title="Nothing is here">
          <p>
            The address does not lead anywhere on this server. If you were sent a link, check that it was
            copied whole; the part after the # belongs to it.
          </p>
        </ProblemPage>
      );
  }
}

async function start(): Promise<void> {
  followTheme();
  const app = document.getElementById("app");
  if (!app) return;
  let content: ComponentChild;
  try {
    content = await view(route(location.pathname));
  } catch (error) {
    console.error(error);
    content = (
      <ProblemPage title="A part of the page did not load">
        <p>
          The connection broke, or the server was updated while this tab was open. Reload the page; if that
          does not help, ask the person who runs the server.
        </p>
      </ProblemPage>
    );
  }
  render(
    <>
      {content}
      <ToastPlace />
    </>,
    app,
  );
}

void start();
