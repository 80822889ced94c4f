// That this is practice, and the way back to the invitation.

import { FlaskConical } from "lucide-preact";
import { Button } from "../components/Button.tsx";
import { leavePractice } from "../join/practice.ts";
import "./bars.css";

export function PracticeBar() {
  return (
    <section class="room-bar" aria-label="Practice">
      <FlaskConical class="icon" aria-hidden="true" />
      <p>
        <strong>Practice</strong> Nothing is kept: what you write here is gone when you leave.
      </p>
      <Button small onClick={leavePractice}>
        Leave practice
      </Button>
    </section>
  );
}
