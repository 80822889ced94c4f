// The place that content will take: bars after 300 ms, and from one second on a sentence too.
import { useEffect, useState } from "preact/hooks";
import "./skeleton.css";

export function Skeleton({ lines = 3, words = "Loading" }: { lines?: number; words?: string }) {
  const [stage, setStage] = useState<"nothing" | "bars" | "words">("nothing");
  useEffect(() => {
    const bars = setTimeout(() => setStage("bars"), 300);
    const said = setTimeout(() => setStage("words"), 1000);
    return () => {
      clearTimeout(bars);
      clearTimeout(said);
    };
  }, []);
  if (stage === "nothing") return null;
  return (
    <div class="skeleton" aria-busy="true">
      <p class="quiet" role="status">
        {stage === "words" ? words : ""}
      </p>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton-bar" style={{ width: `${[92, 64, 78, 50][index % 4]}%` }} />
      ))}
    </div>
  );
}
