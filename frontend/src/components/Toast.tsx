// A short confirmation, one at a time, read out politely; never for something that needs an answer.
import { useEffect, useState } from "preact/hooks";
import "./toast.css";

const SHOWN_MS = 5000;

let show: ((words: string) => void) | null = null;

/** Says one thing in the corner for five seconds; a later one takes its place. */
export function toast(words: string): void {
  show?.(words);
}

/** Stands once in every page. */
export function ToastPlace() {
  const [words, setWords] = useState("");
  useEffect(() => {
    let timeout = 0;
    show = (next) => {
      setWords(next);
      clearTimeout(timeout);
      timeout = window.setTimeout(() => setWords(""), SHOWN_MS);
    };
    return () => {
      show = null;
      clearTimeout(timeout);
    };
  }, []);
  return (
    <div class="toast-place" role="status">
      {words && <p class="toast">{words}</p>}
    </div>
  );
}
