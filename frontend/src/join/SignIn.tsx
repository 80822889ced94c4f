// Signing in by a link that opens once.
import { useEffect, useState } from "preact/hooks";
import { LinkButton } from "../components/Button.tsx";
import { Page } from "../components/Page.tsx";
import { ProblemPage } from "../components/Problem.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { Refusal } from "../core/api.ts";
import { takeFragment } from "../core/router.ts";
import { comer } from "./calls.ts";

export function SignIn() {
  const [problem, setProblem] = useState<Refusal | null>(null);

  useEffect(() => {
    const token = takeFragment();
    if (!token) {
      setProblem(
        new Refusal(400, "no-token", "The address holds no sign-in token: the part after the # is missing."),
      );
      return;
    }
    comer.signIn(token).then(
      () => location.replace("/"),
      (error: unknown) =>
        setProblem(
          error instanceof Refusal ? error : new Refusal(500, "unknown", "Signing in failed; try again."),
        ),
    );
  }, []);

  if (!problem)
    return (
      <Page title="Signing in" width="narrow">
        <Skeleton lines={2} words="Signing you in" />
      </Page>
    );
  return (
    <ProblemPage title="You are not signed in" action={<LinkButton href="/">Go to the dashboard</LinkButton>}>
      <p>{problem.message}</p>
      {problem.status !== 0 && (
        <p>
          A sign-in link opens once, within ten minutes. On the machine that runs the server,{" "}
          <code>liveroom sign-in</code> prints a new one.
        </p>
      )}
    </ProblemPage>
  );
}
